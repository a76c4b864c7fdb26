//! Names in many scripts, read from `assets/demo/names.txt`.

use crate::demo::random::Random;

const TEXT: &str = include_str!("../../../assets/demo/names.txt");

/// All the words that records are made of.
#[derive(Debug, Default)]
pub struct Names {
    people: Vec<(Vec<String>, Vec<String>)>,
    companies: Vec<String>,
    endings: Vec<String>,
    first: Vec<String>,
    cities: Vec<[String; 3]>,
    /// Job titles.
    pub titles: Vec<String>,
    /// What is sold.
    pub deals: Vec<String>,
    /// What is to be done.
    pub work: Vec<String>,
    /// Why people meet.
    pub meetings: Vec<String>,
    /// What breaks.
    pub trouble: Vec<String>,
    /// What the robots are called.
    pub models: Vec<String>,
}

impl Names {
    /// Reads the built-in list.
    pub fn read() -> Names {
        let mut names = Names::default();
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            if let Some((word, rest)) = line.split_once(' ') {
                names.take(word, rest);
            }
        }
        names
    }

    fn take(&mut self, word: &str, rest: &str) {
        let list = || rest.split(';').map(str::to_owned).collect::<Vec<_>>();
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        match word {
            "people" => self
                .people
                .extend(rest.split_once('|').map(|(given, family)| (words(given), words(family)))),
            "company" => self.companies = list(),
            "ending" => self.endings = list(),
            "first" => self.first = list(),
            "city" => self.cities = list().iter().map(|text| city(text)).collect(),
            "title" => self.titles = list(),
            "deal" => self.deals = list(),
            "work" => self.work = list(),
            "meeting" => self.meetings = list(),
            "trouble" => self.trouble = list(),
            "model" => self.models = list(),
            _ => {}
        }
    }

    /// A given name and a family name of one group.
    pub fn person(&self, random: &mut Random) -> (String, String) {
        // The first group is the largest, and is drawn more often.
        let place = if random.chance(350) { 0 } else { random.below(self.people.len()) };
        let Some((given, family)) = self.people.get(place) else {
            return (String::new(), "Nobody".into());
        };
        (random.pick(given).to_owned(), random.pick(family).to_owned())
    }

    /// A company's name; the first ones are fixed, and later ones carry a number.
    pub fn company(&self, place: u32, random: &mut Random) -> String {
        let at = usize::try_from(place).unwrap_or(usize::MAX);
        if let Some(name) = self.first.get(at) {
            return name.clone();
        }
        let at = at - self.first.len().min(at);
        let name =
            self.companies.get(at % self.companies.len().max(1)).map_or("Company", String::as_str);
        let ending = random.pick(&self.endings);
        let round = at / self.companies.len().max(1);
        if round == 0 {
            format!("{name} {ending}")
        } else {
            format!("{name} {ending} {}", round + 1)
        }
    }

    /// City, country and postal code.
    pub fn city(&self, random: &mut Random) -> [String; 3] {
        self.cities.get(random.below(self.cities.len())).cloned().unwrap_or_default()
    }
}

fn city(text: &str) -> [String; 3] {
    let mut parts = text.splitn(3, ',').map(str::to_owned);
    [
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    ]
}
