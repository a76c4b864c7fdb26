//! The address of a site, from whatever was typed or pasted.

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSite {
    /// Nothing there.
    #[error("The address of the site is needed, such as https://crm.example.com")]
    Missing,
    /// Something else than the web.
    #[error("Only http:// and https:// addresses can be asked")]
    Scheme,
    /// No host.
    #[error("There is no host in this address")]
    Host,
    /// User or password in it.
    #[error("User and password do not belong into the address: there it would be shown")]
    Login,
}

/// Endings that lead into the product, behind the site.
const INSIDE: &[&str] = &["/index.php", "/api/v1", "/api", "/client", "/portal", "/"];

/// The site, cut out of a record's page or an API address: `https://crm.example.com/sub`.
///
/// Errors: why it cannot be used.
pub fn site(typed: &str) -> Result<String, BadSite> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(BadSite::Missing);
    }
    let (scheme, rest) = typed.split_once("://").unwrap_or(("https", typed));
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(BadSite::Scheme);
    }
    let path = rest.split(['#', '?']).next().unwrap_or_default();
    let host = path.split('/').next().unwrap_or_default();
    if host.contains('@') {
        return Err(BadSite::Login);
    }
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    if host.is_empty() || host.starts_with(':') || !host.chars().all(is_host) {
        return Err(BadSite::Host);
    }
    let mut path = path;
    while let Some(shorter) = INSIDE.iter().find_map(|end| path.strip_suffix(end)) {
        path = shorter;
    }
    Ok(format!("{scheme}://{path}"))
}

/// Whether what is sent there can be read on the way.
pub fn is_open(site: &str) -> bool {
    let Some(rest) = site.strip_prefix("http://") else { return false };
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    !(name == "localhost" || name.starts_with("127.") || name == "[::1]" || name == "[")
}

/// A name for a connection to this site: `crm.acme.example` is `acme`.
pub fn suggested(site: &str) -> String {
    let rest = site.split_once("://").map_or(site, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let parts: Vec<&str> = host.split('.').collect();
    let plain = ["crm", "www", "espo", "espocrm", "app"];
    let named = parts.iter().take(parts.len().saturating_sub(1)).find(|it| !plain.contains(it));
    let name = named.or(parts.first()).copied().unwrap_or_default();
    if name.chars().all(|c| c.is_ascii_digit()) { "crm".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_records_page_is_cut_to_its_site() {
        for (typed, cut) in [
            ("https://crm.acme.example/#Account/view/1", "https://crm.acme.example"),
            ("crm.acme.example", "https://crm.acme.example"),
            (" HTTP://10.0.0.1:8080/espo/api/v1/ ", "http://10.0.0.1:8080/espo"),
            ("https://crm.example/sub/?entryPoint=x#y", "https://crm.example/sub"),
        ] {
            assert_eq!(site(typed), Ok(cut.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_site_is_refused_with_the_reason() {
        assert_eq!(site(""), Err(BadSite::Missing));
        assert_eq!(site("ftp://a"), Err(BadSite::Scheme));
        assert_eq!(site("https://"), Err(BadSite::Host));
        assert_eq!(site("https://a b/"), Err(BadSite::Host));
        assert_eq!(site("https://ada:pw@crm.example"), Err(BadSite::Login));
    }

    #[test]
    fn only_an_open_line_to_another_machine_is_warned_of() {
        assert!(is_open("http://crm.example") && is_open("http://10.0.0.1:80/x"));
        for closed in ["https://crm.example", "http://localhost:80", "http://127.0.0.1:8080"] {
            assert!(!is_open(closed), "{closed}");
        }
    }

    #[test]
    fn a_name_comes_from_the_host() {
        assert_eq!(suggested("https://crm.acme.example"), "acme");
        assert_eq!(suggested("https://localhost:8080"), "localhost");
        assert_eq!(suggested("http://10.4.0.12"), "crm");
    }
}
