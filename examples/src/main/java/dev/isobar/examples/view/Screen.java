package dev.isobar.examples.view;

/// Where views are shown.
///
/// *One thread only.*
public interface Screen extends AutoCloseable {

    /// Shows a view.
    void show(DemoView view);

    /// Puts the terminal back as it was. Idempotent.
    @Override
    void close();
}
