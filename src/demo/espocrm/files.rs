//! Attached files (E§18). The company keeps none: each is made anew when it is asked for, of the
//! size that its row says.

use super::acl::Deed;
use super::desk::Desk;
use super::reply::{Refusal, Reply, refuse};
use rusqlite::OptionalExtension;

/// `GET Attachment/file/{id}`: for whoever may read documents.
pub fn download(desk: &Desk<'_>, id: &str) -> Result<Reply, Refusal> {
    let sql = "SELECT name, type, size FROM Attachment WHERE id = ?1 AND deleted = 0";
    let row = |row: &rusqlite::Row<'_>| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?))
    };
    let found = desk.db.query_row(sql, [id], row).optional()?;
    let (name, media_type, size) = found.ok_or_else(|| refuse(404, "Attachment not found."))?;
    desk.may(desk.entity("Document")?, Deed::Read)?;
    let headers = vec![
        ("Content-Disposition", format!("attachment; filename=\"{name}\"")),
        ("Content-Type", media_type),
        ("X-App-Timestamp", desk.espo.stamp.to_string()),
    ];
    Ok(Reply { status: 200, headers, body: pages(size as usize) })
}

/// An empty page as a PDF of so many bytes, or a little more.
fn pages(size: usize) -> Vec<u8> {
    const OBJECTS: [&str; 3] = [
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n",
    ];
    const REST: usize = 420;
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = vec![format!("{:010} 65535 f \n", 0)];
    for object in OBJECTS {
        places.push(format!("{:010} 00000 n \n", text.len()));
        text.push_str(object);
    }
    text.push('%');
    text.push_str(&"-".repeat(size.saturating_sub(REST)));
    text.push('\n');
    let (start, places) = (text.len(), places.concat());
    let end = format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    [text, "xref\n0 4\n".to_owned(), places, end].concat().into_bytes()
}
