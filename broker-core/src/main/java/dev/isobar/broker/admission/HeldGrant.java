package dev.isobar.broker.admission;

/// What was granted. Its fields are guarded by the admission's lock.
final class HeldGrant implements Grant {

    private final Admission admission;
    private final AdmissionRequest request;
    private final long sinceNanos;

    private Demand demand;

    /// Units in use, by supply; only for measured ones, at most what is granted.
    private final long[] used;

    private boolean open = true;

    HeldGrant(Admission admission, AdmissionRequest request, Demand demand, long sinceNanos) {
        this.admission = admission;
        this.request = request;
        this.demand = demand;
        this.sinceNanos = sinceNanos;
        this.used = new long[demand.amounts().length];
    }

    AdmissionRequest request() {
        return request;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    Demand demand() {
        return demand;
    }

    void setDemand(Demand changed) {
        demand = changed;
    }

    long usedOf(int supply) {
        return used[supply];
    }

    void setUsed(int supply, long amount) {
        used[supply] = amount;
    }

    boolean openNow() {
        return open;
    }

    void setClosed() {
        open = false;
    }

    @Override
    public String holder() {
        return request.holder();
    }

    @Override
    public Claim claim() {
        return admission.claimOf(this);
    }

    @Override
    public AdmissionAnswer tryGrow(Claim extra) {
        return admission.grow(this, extra);
    }

    @Override
    public void shrink(Claim less) {
        admission.shrink(this, less);
    }

    @Override
    public void used(Supply supply, long amount) {
        admission.used(this, supply, amount);
    }

    @Override
    public boolean isOpen() {
        return admission.isOpen(this);
    }

    @Override
    public void close() {
        admission.release(this);
    }
}
