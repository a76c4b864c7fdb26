//! Campaigns, opportunities, documents and their files, articles.

use super::people::{money, team_and_follower};
use super::rows::Rows;
use super::texts;
use super::{Sort, World};
use rusqlite::params;
use serde_json::json;

/// Probabilities of the stages.
const STAGES: [(&str, i64); 6] = [
    ("Prospecting", 10),
    ("Qualification", 20),
    ("Proposal", 50),
    ("Negotiation", 80),
    ("Closed Won", 100),
    ("Closed Lost", 0),
];

/// Campaigns, opportunities, documents, articles.
pub fn fill(world: &World<'_>) -> rusqlite::Result<()> {
    campaigns(world)?;
    opportunities(world)?;
    documents(world)?;
    articles(world)
}

fn campaigns(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name status type startDate endDate budget budgetCurrency budgetConverted createdAt modifiedAt createdById assignedUserId";
    let mut rows = Rows::of(world.db, "Campaign", columns)?;
    for place in 0..world.counts.of(Sort::Campaign) {
        let random = &mut world.random(Sort::Campaign, place);
        let (budget, currency, converted) = money(random, 20_000);
        let name = ["Hannover fair", "Spring letter", "Cobot days", "見本市"]
            .get(random.below(4))
            .copied()
            .unwrap_or_default();
        let kind =
            ["Email", "Newsletter", "Trade Show"].get(random.below(3)).copied().unwrap_or_default();
        let at = i64::from(place) * 20;
        let made = world.minutes(-at * 1440 - 600);
        rows.add(params![
            world.id(Sort::Campaign, place),
            format!("{name} {}", place + 1),
            if place < 2 { "Active" } else { "Complete" },
            kind,
            world.day(-at),
            world.day(30 - at),
            budget,
            currency,
            converted,
            made,
            made,
            world.id(Sort::User, 0),
            world.worker(random)
        ])?;
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one line a column")]
fn opportunities(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name amount amountCurrency amountConverted amountWeightedConverted accountId contactId stage lastStage \
                   probability leadSource closeDate description campaignId createdAt modifiedAt streamUpdatedAt createdById \
                   assignedUserId versionNumber";
    let mut rows = Rows::of(world.db, "Opportunity", columns)?;
    let mut relation = Rows::relation(world.db)?;
    let count = world.counts.of(Sort::Opportunity);
    for place in 0..count {
        let random = &mut world.random(Sort::Opportunity, place);
        let id = world.id(Sort::Opportunity, place);
        let (stage, probability) = STAGES.get(random.below(6)).copied().unwrap_or(("Proposal", 50));
        let (amount, currency, converted) = money(random, 900_000);
        let made = World::made(place, count);
        let closed = stage.starts_with("Closed");
        let close = if closed { made / 1440 } else { random.upto(200) - 20 };
        let name = format!("{}, phase {}", random.pick(&world.names.deals), random.below(4) + 1);
        let contact = random.chance(700).then(|| world.some(Sort::Contact, random));
        let made = world.minutes(made);
        let last = if stage == "Closed Lost" { "Negotiation" } else { stage };
        let weighted = converted * f64::from(i32::try_from(probability).unwrap_or(0)) / 100.0;
        let source =
            ["", "Call", "Web Site", "Partner"].get(random.below(4)).copied().unwrap_or_default();
        let campaign = random.chance(100).then(|| world.some(Sort::Campaign, random));
        let owner = (!random.chance(120)).then(|| world.worker(random));
        rows.add(params![
            id,
            name,
            amount,
            currency,
            converted,
            weighted,
            world.some(Sort::Account, random),
            contact,
            stage,
            last,
            probability,
            source,
            world.day(close),
            texts::note(random),
            campaign,
            made,
            made,
            made,
            world.id(Sort::User, 0),
            owner,
            1
        ])?;
        if let Some(contact) = contact {
            let role = ["Decision Maker", "Evaluator", "Influencer"]
                .get(random.below(3))
                .copied()
                .unwrap_or_default();
            relation.add(params![
                "ContactOpportunity",
                contact,
                id,
                json!({"role": role}).to_string()
            ])?;
        }
        team_and_follower(world, &mut relation, &id, random)?;
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one line a column")]
fn documents(world: &World<'_>) -> rusqlite::Result<()> {
    let mut files = Rows::of(
        world.db,
        "Attachment",
        "id name type size role createdAt modifiedAt createdById",
    )?;
    let columns = "id name status type fileId publishDate expirationDate description createdAt modifiedAt createdById assignedUserId";
    let mut rows = Rows::of(world.db, "Document", columns)?;
    let mut relation = Rows::relation(world.db)?;
    for place in 0..world.counts.of(Sort::Document) {
        let random = &mut world.random(Sort::Document, place);
        let (id, file) = (world.id(Sort::Document, place), world.id(Sort::Attachment, place));
        let model = random.pick(&world.names.models).to_owned();
        let kind = ["Contract", "Manual", "NDA", "Offer"]
            .get(random.below(4))
            .copied()
            .unwrap_or_default();
        let status = ["Active", "Active", "Draft", "Expired"]
            .get(random.below(4))
            .copied()
            .unwrap_or_default();
        let days = -i64::from(place) * 5;
        let made = world.minutes(days * 1440 - 90);
        let user = world.id(Sort::User, 0);
        files.add(params![
            file,
            format!("{model} {kind} 資料 {place}.pdf"),
            "application/pdf",
            24_000 + place * 17,
            "Attachment",
            made,
            made,
            user
        ])?;
        rows.add(params![
            id,
            format!("{model} {kind} {}", place + 1),
            status,
            kind,
            file,
            world.day(days),
            (status == "Expired").then(|| world.day(-1)),
            texts::note(random),
            made,
            made,
            user,
            world.worker(random)
        ])?;
        relation.add(params![
            "AccountDocument",
            world.some(Sort::Account, random),
            id,
            None::<String>
        ])?;
        relation.add(params![
            "DocumentOpportunity",
            id,
            world.some(Sort::Opportunity, random),
            None::<String>
        ])?;
    }
    Ok(())
}

fn articles(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name status type language publishDate body createdAt modifiedAt createdById assignedUserId versionNumber";
    let mut rows = Rows::of(world.db, "KnowledgeBaseArticle", columns)?;
    for place in 0..world.counts.of(Sort::Article) {
        let random = &mut world.random(Sort::Article, place);
        let made = world.minutes(-i64::from(place) * 9000 - 50);
        rows.add(params![
            world.id(Sort::Article, place),
            format!("How to: {}", random.pick(&world.names.trouble)),
            "Published",
            "Article",
            "en_US",
            world.day(-i64::from(place)),
            texts::HTML,
            made,
            made,
            world.id(Sort::User, 4),
            world.id(Sort::User, 4),
            1
        ])?;
    }
    Ok(())
}
