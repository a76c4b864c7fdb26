//! The built-in company: the products' dialects on 127.0.0.1, written from their contracts.
