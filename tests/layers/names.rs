//! Every path that a file names, in full: renames undone, `super` resolved, macros read.
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::{
    Attribute, ImplItem, Item, ItemExternCrate, ItemMod, ItemUse, Macro, MetaList, UseTree,
    visit::{self, Visit},
};

type Parts = Vec<String>;

/// A rename may be of a rename, and that of one more.
const RENAMES: usize = 3;

/// Paths inside the crate begin with `crate`. What stands under `#[cfg(test)]` is left out.
pub fn names(module: &str, code: &str) -> BTreeSet<String> {
    let mut reader = Reader { place: place(module), ..Reader::default() };
    reader.visit_file(&syn::parse_file(code).unwrap());
    let mut full = reader.found.clone();
    for _ in 0..RENAMES {
        full = full.iter().flat_map(|path| reader.undo(path)).collect();
    }
    full.into_iter().map(|path| path.join("::")).collect()
}

/// Modules in files of their own that are there for tests only: `#[cfg(test)] mod tests;`.
pub fn test_modules(module: &str, code: &str) -> Vec<String> {
    let file = syn::parse_file(code).unwrap();
    let modules = file
        .items
        .iter()
        .filter_map(|item| if let Item::Mod(item) = item { Some(item) } else { None });
    let tests = modules.filter(|item| item.content.is_none() && item.attrs.iter().any(is_test));
    tests
        .map(|item| {
            place(module).into_iter().chain([item.ident.to_string()]).collect::<Parts>().join("::")
        })
        .collect()
}

/// The crate's root has no name.
fn place(module: &str) -> Parts {
    if matches!(module, "lib" | "main") {
        Vec::new()
    } else {
        module.split("::").map(str::to_owned).collect()
    }
}

#[derive(Default)]
struct Reader {
    place: Parts,
    found: BTreeSet<Parts>,
    /// What a name stands for; in one file it may be several things.
    renames: BTreeMap<String, BTreeSet<Parts>>,
}

impl Reader {
    /// The path with its first name's meanings put in.
    fn undo(&self, path: &[String]) -> Vec<Parts> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        match self.renames.get(first) {
            Some(full) => full.iter().map(|full| [full, rest].concat()).collect(),
            None => vec![path.to_vec()],
        }
    }

    /// Writes a path down from the crate's root: `self`, `super` and the crate's own name
    /// lead there too.
    fn take(&mut self, path: Parts) -> Parts {
        let mut full = match path.first().map(String::as_str) {
            Some("crate" | "ficha") => Vec::new(),
            Some("self" | "super") => self.place.clone(),
            Some(_) | None => {
                self.found.insert(path.clone());
                return path;
            }
        };
        for (at, part) in path.into_iter().enumerate() {
            match part.as_str() {
                "super" => drop(full.pop()),
                "self" | "crate" => {}
                "ficha" if at == 0 => {}
                _ => full.push(part),
            }
        }
        full.insert(0, "crate".to_owned());
        self.found.insert(full.clone());
        full
    }

    fn import(&mut self, tree: &UseTree, mut path: Parts) {
        match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.import(&inner.tree, path);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path.clone());
                }
            }
            UseTree::Glob(_) => {
                path.push("*".to_owned());
                self.take(path);
            }
            UseTree::Name(last) => self.bind(path, &last.ident.to_string(), None),
            UseTree::Rename(last) => {
                self.bind(path, &last.ident.to_string(), Some(last.rename.to_string()));
            }
        }
    }

    fn bind(&mut self, mut path: Parts, last: &str, rename: Option<String>) {
        if last != "self" {
            path.push(last.to_owned());
        }
        let bound = rename.or_else(|| path.last().cloned()).unwrap_or_default();
        let full = self.take(path);
        // A crate under its own name is no rename, and undoing it would never end.
        if full != [bound.clone()] {
            self.renames.entry(bound).or_default().insert(full);
        }
    }

    /// Macros hold tokens, not syntax: every `a::b` in them counts, and `a::{b, c}` too.
    fn tokens(&mut self, tokens: TokenStream, before: &[String]) {
        let (mut path, mut colons) = (before.to_vec(), 2);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons < 2 {
                        self.end(&mut path, before);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct)
                    if punct.as_char() == ':'
                        && (colons > 0 || punct.spacing() == Spacing::Joint) =>
                {
                    colons += 1;
                }
                TokenTree::Group(group) => {
                    let inside = if colons >= 2 { path.clone() } else { Vec::new() };
                    self.tokens(group.stream(), &inside);
                    self.end(&mut path, before);
                    colons = 2;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.end(&mut path, before);
                    colons = 2;
                }
            }
        }
        self.end(&mut path, before);
    }

    fn end(&mut self, path: &mut Parts, before: &[String]) {
        if path.len() > 1 && path.len() > before.len() {
            self.take(path.clone());
        }
        path.clear();
        path.extend_from_slice(before);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).iter().any(is_test) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_for_tests = matches!(item, ImplItem::Fn(item) if item.attrs.iter().any(is_test));
        if !is_for_tests {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.place.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.place.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&item.tree, Vec::new());
    }

    fn visit_item_extern_crate(&mut self, item: &'ast ItemExternCrate) {
        let rename = item.rename.as_ref().map(|(_, name)| name.to_string());
        self.bind(Vec::new(), &item.ident.to_string(), rename);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.take(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        visit::visit_macro(self, mac);
        self.tokens(mac.tokens.clone(), &[]);
    }

    /// A derive or an attribute of another crate.
    fn visit_meta_list(&mut self, list: &'ast MetaList) {
        visit::visit_meta_list(self, list);
        self.tokens(list.tokens.clone(), &[]);
    }
}

fn is_test(attribute: &Attribute) -> bool {
    let is_cfg = |list: &MetaList| list.path.is_ident("cfg") && list.tokens.to_string() == "test";
    attribute.meta.require_list().is_ok_and(is_cfg)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "tests come in these kinds; others are read")]
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}
