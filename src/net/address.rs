//! Addresses: what was typed becomes a site, and a site and an exchange become a URL.
use url::Url;

use crate::domain::error::Error;

/// The site of an address as people paste it: with or without scheme, trailing slash, `/api/v1`
/// or a `#…` of the web pages. The answer's path ends with `/`; it has no query and no user.
///
/// Errors: [`Error::Usage`] for what is no http(s) address.
pub fn site(typed: &str) -> Result<Url, Error> {
    let typed = typed.trim();
    let full = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let mut url = Url::parse(&full).map_err(|error| refused(typed, &error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(typed, "only http:// and https:// are spoken"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("the address", "user and password do not belong into it"));
    }
    url.set_fragment(None);
    url.set_query(None);
    let path = site_path(url.path());
    url.set_path(&path);
    Ok(url)
}

/// The folder of a path, without what belongs to the product's API or its start page.
fn site_path(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    let trimmed = trimmed.strip_suffix("/index.php").unwrap_or(trimmed);
    let apis = ["/api/v1", "/webservice.php", "/restapi/v1/vtiger/default"];
    let trimmed = apis.iter().find_map(|api| trimmed.strip_suffix(api)).unwrap_or(trimmed);
    format!("{}/", trimmed.trim_end_matches('/'))
}

fn refused(typed: &str, why: &str) -> Error {
    Error::Usage { reason: format!("{typed} cannot be used as an address: {why}") }
}

/// The site and those segments below it, as the base where exchanges start.
pub fn base(site: &Url, segments: &[&str]) -> Result<Url, Error> {
    let segments: Vec<String> = segments.iter().map(|&segment| segment.to_owned()).collect();
    below(site, &segments, &[])
}

/// The address of path segments and query values below a base; both are encoded here.
///
/// Errors: [`Error::Usage`] for segments that would climb or vanish: `.`, `..` and empty ones.
pub fn below(base: &Url, path: &[String], query: &[(String, String)]) -> Result<Url, Error> {
    let mut url = base.clone();
    if let Some(bad) = path.iter().find(|segment| matches!(segment.as_str(), "" | "." | "..")) {
        return Err(Error::Usage { reason: format!("{bad:?} cannot be a part of a path") });
    }
    url.path_segments_mut()
        .map_err(|()| Error::bug("a site without a path"))?
        .pop_if_empty()
        .extend(path);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_paste_it() {
        for (typed, expected) in [
            ("crm.acme.example", "https://crm.acme.example/"),
            (" https://crm.acme.example ", "https://crm.acme.example/"),
            ("https://crm.acme.example/#Contact/view/1", "https://crm.acme.example/"),
            ("https://crm.acme.example/api/v1/", "https://crm.acme.example/"),
            ("https://acme.example/crm/index.php", "https://acme.example/crm/"),
            ("https://acme.example/crm", "https://acme.example/crm/"),
            ("https://acme.example/crm/webservice.php", "https://acme.example/crm/"),
            ("https://x.od1.vtiger.com/restapi/v1/vtiger/default", "https://x.od1.vtiger.com/"),
            ("http://127.0.0.1:8080/crm/api/v1", "http://127.0.0.1:8080/crm/"),
            ("https://crm.acme.example/?a=b#c", "https://crm.acme.example/"),
        ] {
            assert_eq!(site(typed).unwrap().as_str(), expected, "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for typed in ["", "ftp://a", "http://", "mailto:a@b", "https://ada:pass@crm", "a b"] {
            assert!(matches!(site(typed), Err(Error::Usage { .. })), "{typed}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated_in_the_error() {
        let error = format!("{:?}", site("https://ada:hunter2@crm").unwrap_err());
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn nothing_in_a_segment_climbs_out_of_its_place() {
        let base = base(&site("https://a.example/crm").unwrap(), &["api", "v1"]).unwrap();
        let path = ["Account".to_owned(), "a/../b?c#d%2e é".to_owned()];
        let url = below(&base, &path, &[]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://a.example/crm/api/v1/Account/a%2F..%2Fb%3Fc%23d%252e%20%C3%A9"
        );
        for bad in ["..", ".", ""] {
            assert!(below(&base, &[bad.to_owned()], &[]).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn query_values_stay_values() {
        let base = site("https://a.example").unwrap();
        let query = [("where[0][value]".to_owned(), "a&b=c d".to_owned())];
        let url = below(&base, &["X".to_owned()], &query).unwrap();
        assert_eq!(url.query_pairs().next().unwrap().1, "a&b=c d");
        assert_eq!(url.query_pairs().count(), 1);
    }
}
