// The oldest engines a till runs in: WebKitGTK 2.44 and Safari 17.5 (same engine), and WebView2, which keeps itself new.
export const TARGETS = ['safari17.5', 'chrome123'];
