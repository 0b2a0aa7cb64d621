// Every command once: for which window it is, what is asked, and what is answered when it is not refused (with a `TillFact`).
//
// From this come the handler (`commands/mod.rs`), the names that Tauri's permissions know (`build.rs`) and the TypeScript
// (`ui/shared/bindings/Commands.ts`, whose types `ui/shared/tauri_core.ts` calls by). Tests hold the capabilities of both
// windows and the functions against it. Included, so that the build script reads it too; each includer says what `commands!`
// makes of it.
commands! {
    main {
        preferences::till_status() -> TillStatus;
        preferences::on_screen() -> Option<String>;
        preferences::put_on_screen(sale_id: Option<String>) -> ();
        preferences::save_preferences(preferences: Preferences) -> TillStatus;
        sale::price(text: String) -> Priced;
        sale::start_sale(sale_id: String, text: String, reference: String, note: String, anyway: bool) -> SaleView;
        sale::take_card(sale_id: String) -> SaleView;
        sale::finish_sale(sale_id: String) -> SaleView;
        sale::try_again(sale_id: String) -> SaleView;
        sale::look_again(sale_id: String) -> SaleView;
        sale::cancel_sale(sale_id: String) -> SaleView;
        sale::recent_sales() -> Vec<SaleView>;
        sale::read_sale(sale_id: String) -> SaleView;
        books::find_sales(wanted: Wanted, past: Option<u32>) -> BooksPage;
        books::timeline(sale_id: String) -> Vec<TimelineRow>;
        books::totals(edges_ms: Vec<i64>) -> SpanView;
        books::save_list(wanted: Wanted, form: ListForm) -> Option<SavedList>;
        books::stop_list() -> ();
        refund::refund_price(sale_id: String, text: String) -> Priced;
        refund::refund_sale(sale_id: String, refund_id: String, text: String) -> SaleView;
        refund::keep_payment(sale_id: String) -> SaleView;
        refund::set_aside_sale(sale_id: String) -> SaleView;
        reconcile::reconcile(from_ms: i64, to_ms: i64) -> Option<ReconciliationView>;
        reconcile::stop_reconcile() -> ();
        reconcile::comparing() -> Option<ComparisonProgress>;
        reconcile::reconciliation() -> Option<ReconciliationView>;
        reconcile::take_in(payment_intent: String) -> SaleView;
        check::check_till() -> ();
        check::stop_check() -> ();
        check::check_report() -> Option<CheckReport>;
        setup::setup() -> SetupView;
        setup::save_keys(secret_key: String, publishable_key: String) -> SetupView;
        setup::forget_keys(mode: Mode) -> SetupView;
        setup::choose_mode(mode: Mode) -> TillStatus;
        setup::answer_journal(journal: Option<String>) -> SetupView;
        copies::copies() -> CopiesView;
        copies::choose_copies_folder(folder: String) -> CopiesView;
        copies::copy_journal() -> CopiesView;
    }
    payment {
        payment::watch_payment(seen: u32) -> PaymentScene;
        payment::submit_card(sale_id: String, attempt_id: String, payment_method: String) -> ();
        payment::authentication_hint(sale_id: String, attempt_id: String, hint: AuthenticationHint) -> ();
        payment::abandon_payment(sale_id: String) -> ();
        payment::cancel_payment(sale_id: String) -> ();
        payment::fresh_page() -> ();
        payment::place_cursor(at_window: String) -> ();
        payment::tell_check(check_id: String, told: CheckTold) -> ();
        payment::card_field(ready: bool, secure: bool) -> ();
    }
}
