//! The provider from outside: actions in, exchanges and outcomes out.
