//! A till on a counter: the private session, the open application and its simulator, and where pictures go.

use crate::children::{Supervised, guarded};
use crate::failure::{Failure, Outcome};
use crate::open_till::OpenTill;
use crate::places;
use crate::processes::Processes;
use crate::session::{Screen, Session};
use crate::simulator::Simulator;
use std::fs;
use std::path::{Path, PathBuf};

/// Everything that a test needs, taken down when it is dropped.
pub struct Desk {
    // In the order in which they are to end.
    till: Option<OpenTill>,
    undriven: Option<Supervised>,
    simulator: Option<Simulator>,
    session: Session,
    pictures: PathBuf,
    taken: u32,
}

impl Desk {
    /// A session on an X server, without an application yet. Pictures go to `pictures`, numbered.
    ///
    /// # Errors
    /// When the session does not come up.
    pub fn bare(pictures: PathBuf) -> Outcome<Self> {
        Self::bare_on(Screen::X11, pictures)
    }

    /// The same on a screen of the test's choice.
    ///
    /// # Errors
    /// When the session does not come up.
    pub fn bare_on(screen: Screen, pictures: PathBuf) -> Outcome<Self> {
        Ok(Self { till: None, undriven: None, simulator: None, session: Session::start(screen)?, pictures, taken: 0 })
    }

    /// A session with the application open in training mode, on an empty data folder.
    ///
    /// # Errors
    /// When one of them does not come up.
    pub async fn open(pictures: PathBuf) -> Outcome<Self> {
        let mut desk = Self::bare(pictures)?;
        desk.open_till(&[]).await?;
        Ok(desk)
    }

    /// Opens the application on the session's data folder, with `extra` in its environment.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn open_till(&mut self, extra: &[(&str, String)]) -> Outcome {
        self.open_window(extra).await?;
        self.meet_simulator().await
    }

    /// The same where something keeps the till from opening, so that there is no simulator yet: [`Desk::meet_simulator`].
    ///
    /// # Errors
    /// When its windows do not come up.
    pub async fn open_window(&mut self, extra: &[(&str, String)]) -> Outcome {
        self.close_till().await?;
        let announcement = self.announcement();
        // The address of the run before must not be taken for this one's.
        let _none_yet = fs::remove_file(&announcement);
        let mut environment = vec![("COUNTERSIGN_TRAINING_CONTROL", announcement.display().to_string())];
        environment.extend(extra.iter().cloned());
        self.till = Some(OpenTill::open(&self.session, &self.data(), &environment).await?);
        Ok(())
    }

    /// Waits for the simulator of the application's training mode.
    ///
    /// # Errors
    /// When the application does not tell where it is.
    pub async fn meet_simulator(&mut self) -> Outcome {
        self.simulator = Some(Simulator::announced_in(&self.announcement()).await?);
        Ok(())
    }

    /// The file in which the application tells where its simulator is.
    fn announcement(&self) -> PathBuf {
        self.session.folder().join("simulator.txt")
    }

    /// Opens the application without a driver: whatever happens to its windows, nobody is in their way. It is seen from outside
    /// alone, by its keys, its pictures, its processes and the simulator's ledger.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn open_undriven(&mut self, extra: &[(&str, String)]) -> Outcome {
        self.close_till().await?;
        let announcement = self.announcement();
        let _none_yet = fs::remove_file(&announcement);
        let mut environment = self.session.environment().to_vec();
        environment.push(("COUNTERSIGN_DATA_DIR".to_owned(), self.data().display().to_string()));
        environment.push(("COUNTERSIGN_TRAINING_CONTROL".to_owned(), announcement.display().to_string()));
        environment.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let log = self.session.folder().join("application.txt");
        let application = guarded(&places::application(), &environment);
        self.undriven = Some(Supervised::start("countersign", application, &log)?);
        self.simulator = Some(Simulator::announced_in(&announcement).await?);
        Ok(())
    }

    /// The processes of the open application.
    #[must_use]
    pub fn processes(&self) -> Processes {
        Processes::of(&self.data())
    }

    /// Closes the application as a person would, if it is open.
    ///
    /// # Errors
    /// When it cannot be closed.
    pub async fn close_till(&mut self) -> Outcome {
        self.simulator = None;
        self.undriven = None;
        match self.till.take() {
            Some(till) => till.close().await,
            None => Ok(()),
        }
    }

    /// Ends the application as a power cut would.
    pub fn cut_power(&mut self) {
        self.simulator = None;
        self.undriven = None;
        if let Some(till) = self.till.take() {
            till.kill();
        }
    }

    /// The application.
    ///
    /// # Errors
    /// When it is not open.
    pub fn till(&self) -> Outcome<&OpenTill> {
        self.till.as_ref().ok_or_else(|| Failure::new("the application is not open"))
    }

    /// The simulator of the application's training mode.
    ///
    /// # Errors
    /// When the application is not open.
    pub fn simulator(&self) -> Outcome<&Simulator> {
        self.simulator.as_ref().ok_or_else(|| Failure::new("the application is not open"))
    }

    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session, to change it.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The application's data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.session.folder().join("data")
    }

    /// Takes a picture of the screen: `NN-what.png`.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn picture(&mut self, what: &str) -> Outcome {
        // Let what just changed be drawn, and its transition end.
        tokio::time::sleep(std::time::Duration::from_millis(450)).await;
        self.taken += 1;
        self.session.picture(&self.pictures.join(format!("{:02}-{what}.png", self.taken)))
    }

    /// Writes down what helps to see what went wrong, and answers with the most of it that fits into a few lines.
    pub async fn autopsy(&self, folder: &Path, name: &str) -> String {
        let mut told = String::new();
        if let Some(till) = &self.till {
            told = till.autopsy(&self.session, folder, name).await;
        }
        if self.undriven.is_some() {
            let _made = fs::create_dir_all(folder);
            let _picture = self.session.picture(&folder.join(format!("{name}.png")));
            let log = self.session.folder().join("application.txt");
            let _printed = fs::copy(log, folder.join(format!("{name}-printed.txt")));
        }
        told
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A test that failed leaves its window open; nobody waits for it to close by itself.
        self.cut_power();
    }
}
