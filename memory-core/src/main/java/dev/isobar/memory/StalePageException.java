package dev.isobar.memory;

/// A page handle was used after its page was released, or by somebody whose page it is not. Nothing
/// was touched.
public final class StalePageException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String slab;
    private final int page;
    private final long handleGeneration;
    private final long pageGeneration;

    /// @param slab the slab's name
    /// @param page the page's number
    /// @param handleGeneration which holder the handle was given to
    /// @param pageGeneration which holder the page belongs to now, or will belong to next
    /// @param state what the page is now, for the message: `in use`, `free`
    public StalePageException(
            String slab, int page, long handleGeneration, long pageGeneration, String state) {
        super(
                "slab %s: stale handle: page %d is %s in generation %d, the handle is of %d"
                        .formatted(slab, page, state, pageGeneration, handleGeneration));
        this.slab = slab;
        this.page = page;
        this.handleGeneration = handleGeneration;
        this.pageGeneration = pageGeneration;
    }

    /// The slab's name.
    public String slab() {
        return slab;
    }

    /// The page's number.
    public int page() {
        return page;
    }

    /// Which holder the handle was given to.
    public long handleGeneration() {
        return handleGeneration;
    }

    /// Which holder the page belongs to now, or will belong to next.
    public long pageGeneration() {
        return pageGeneration;
    }
}
