package dev.isobar.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Who has how many blocks, and who may lose one.
///
/// *Guarded by caller,* but for [#known].
final class TenantLedger {

    /// The most tenants that a pool can tell apart: {@value}.
    static final int MAX_TENANTS = Character.MAX_VALUE;

    /// One tenant's account.
    static final class Account {
        final int id;
        final String name;
        final TenantShare share;
        final byte[] salt;
        final int minBlocks;
        final int maxBlocks;
        int blocks;
        int idle;
        long lookupTokens;
        long hitTokens;
        long evictedBlocks;

        Account(int id, String name, TenantShare share, byte[] salt, long blockBytes) {
            this.id = id;
            this.name = name;
            this.share = share;
            this.salt = salt;
            minBlocks = (int) Math.min(Integer.MAX_VALUE, share.minBytes() / blockBytes);
            maxBlocks = (int) Math.min(Integer.MAX_VALUE, share.maxBytes() / blockBytes);
        }

        /// How many blocks others may take.
        int spare() {
            return Math.min(idle, Math.max(0, blocks - minBlocks));
        }

        private double excess() {
            return (blocks - minBlocks) / share.weight();
        }
    }

    private final long blockBytes;
    private final TenantSalts salts;
    private final Map<String, TenantShare> shares;
    private final Map<String, Account> byName = new ConcurrentHashMap<>();
    private final List<Account> accounts = new ArrayList<>();

    TenantLedger(long blockBytes, TenantSalts salts, Map<String, TenantShare> shares) {
        this.blockBytes = blockBytes;
        this.salts = salts;
        this.shares = Map.copyOf(shares);
    }

    /// A tenant's account; a new one for a new tenant.
    ///
    /// @throws IllegalStateException if there are [#MAX_TENANTS] already
    Account account(String tenant) {
        Account account = byName.get(tenant);
        if (account == null) {
            if (accounts.size() == MAX_TENANTS) {
                throw new IllegalStateException(
                        "no more than %d tenants; refused: %s".formatted(MAX_TENANTS, tenant));
            }
            TenantShare share = shares.getOrDefault(tenant, TenantShare.EQUAL);
            account = new Account(accounts.size(), tenant, share, salts.salt(tenant), blockBytes);
            accounts.add(account);
            byName.put(tenant, account);
        }
        return account;
    }

    /// A tenant's account, or null if it has none yet. Needs no lock; only what never changes may be read
    /// without one.
    @Nullable Account known(String tenant) {
        return byName.get(tenant);
    }

    Account account(int id) {
        return accounts.get(id);
    }

    List<Account> accounts() {
        return accounts;
    }

    /// Whether anybody has a share of his own, so that victims depend on their owners.
    boolean shared() {
        return !shares.isEmpty();
    }

    /// How many idle blocks a tenant could have evicted: its own, and what others can spare.
    int evictableFor(Account tenant, int idle) {
        if (!shared()) {
            return idle;
        }
        int evictable = tenant.idle;
        for (Account other : accounts) {
            evictable += other == tenant ? 0 : other.spare();
        }
        return evictable;
    }

    /// The next victim on behalf of a tenant: a block of whoever has most above its minimum by its
    /// weight, or [BlockTable#NONE].
    int victimFor(Account tenant, BlockTable table) {
        if (!shared()) {
            return table.victim();
        }
        boolean[] tried = new boolean[accounts.size()];
        for (Account owner = richest(tenant, tried);
                owner != null;
                owner = richest(tenant, tried)) {
            int id = owner.id;
            int victim = table.victim(block -> table.tenant(block) == id);
            if (victim != BlockTable.NONE) {
                return victim;
            }
            tried[id] = true;
        }
        return BlockTable.NONE;
    }

    private @Nullable Account richest(Account asker, boolean[] tried) {
        Account richest = null;
        for (Account each : accounts) {
            boolean may = each == asker ? each.idle > 0 : each.spare() > 0;
            if (may && !tried[each.id] && (richest == null || each.excess() > richest.excess())) {
                richest = each;
            }
        }
        return richest;
    }

    /// @param tierBytes what a tenant has in tiers
    List<TenantStats> stats(ToLongFunction<String> tierBytes) {
        return accounts.stream().map(each -> stats(each, tierBytes)).toList();
    }

    private TenantStats stats(Account each, ToLongFunction<String> tierBytes) {
        return new TenantStats(
                each.name,
                each.share,
                each.blocks,
                each.idle,
                each.blocks * blockBytes,
                tierBytes.applyAsLong(each.name),
                each.lookupTokens,
                each.hitTokens,
                each.evictedBlocks);
    }
}
