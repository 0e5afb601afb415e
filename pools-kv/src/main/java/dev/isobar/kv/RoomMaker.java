package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;

/// Makes room for blocks: plans, then evicts the deficit and no more, then looks again.
///
/// *Guarded by caller:* needs the pool's lock.
final class RoomMaker {

    private final KvCore core;

    RoomMaker(KvCore core) {
        this.core = core;
    }

    /// Room for blocks of a tenant: free ones, new ones from the space, and if that is not enough,
    /// those that idle blocks leave. Where the space turns out to have no room, it is tried once more
    /// without.
    ///
    /// @param ownPromise what the caller was promised before, which counts as free for it
    /// @param owned how many blocks the caller has
    Room room(Account tenant, int need, int ownPromise, int owned) {
        Room room = tryRoom(tenant, need, ownPromise, core.growable());
        if (room instanceof Room.Ready && !grow(need)) {
            core.counters.retries++;
            room = merged(room, tryRoom(tenant, need, ownPromise, 0));
        }
        if (room instanceof Room.Short refused) {
            core.counters.refusals += core.sending() ? 0 : 1;
            return refused.besides(owned);
        }
        return room;
    }

    private static Room merged(Room first, Room second) {
        int evicted = first.evictedBlocks() + second.evictedBlocks();
        return switch (second) {
            case Room.Ready(int blocks, _) -> new Room.Ready(blocks, evicted);
            case Room.Short s ->
                    new Room.Short(
                            s.neededBlocks(),
                            s.freeBlocks(),
                            s.idleBlocks(),
                            s.promisedBlocks(),
                            evicted,
                            s.limitBlocks(),
                            "the space has no room: " + s.reason());
        };
    }

    private Room tryRoom(Account tenant, int need, int ownPromise, int growable) {
        int over = (int) Math.max(0, (long) tenant.blocks + need - tenant.maxBlocks);
        RoomPlan plan = plan(tenant, need, ownPromise, growable);
        if (need > 0 && over > tenant.idle) {
            return refused(plan, tenant.maxBlocks, "the share of tenant " + tenant.name);
        }
        if (!plan.admitted() && need > 0) {
            int limit =
                    core.limitPages() * core.memory.blocksPerPage()
                            - core.config.minimumFreeBlocks();
            return refused(plan, limit, "all others are in use or promised");
        }
        core.evictingFor(tenant);
        int evicted = need == 0 ? 0 : evictOwn(tenant, over);
        int goal =
                need == 0
                        ? 0
                        : plan(tenant, need, ownPromise, growable + core.leavingNow()).evictions();
        for (int more = 0; more < goal && evictFor(tenant); more++) {
            evicted++;
        }
        RoomPlan left = plan(tenant, need, ownPromise, growable);
        if (need > 0 && left.deficit() > 0) {
            return new Room.Short(
                    need,
                    left.freeBlocks(),
                    left.idleBlocks(),
                    left.promisedBlocks(),
                    evicted,
                    core.limitPages() * core.memory.blocksPerPage(),
                    "idle blocks hold up others that are in use");
        }
        return new Room.Ready(need, evicted);
    }

    private static Room refused(RoomPlan plan, int limit, String reason) {
        return new Room.Short(
                plan.neededBlocks(),
                plan.freeBlocks(),
                plan.idleBlocks(),
                plan.promisedBlocks(),
                0,
                limit,
                reason);
    }

    /// How room would be made.
    RoomPlan plan(Account tenant, int need, int ownPromise, int growable) {
        return new RoomPlan(
                need,
                core.table.free() + growable,
                core.tenants.evictableFor(tenant, core.table.idle()),
                core.promised() - ownPromise,
                core.config.minimumFreeBlocks(),
                core.config.targetFreeBlocks());
    }

    private int evictOwn(Account tenant, int blocks) {
        int evicted = 0;
        while (evicted < blocks) {
            int victim = core.table.victim(block -> core.table.tenant(block) == tenant.id);
            if (victim == BlockTable.NONE) {
                break;
            }
            core.drop(victim, RemovalReason.ROOM);
            evicted++;
        }
        return evicted;
    }

    private boolean evictFor(Account tenant) {
        int victim = core.tenants.victimFor(tenant, core.table);
        if (victim == BlockTable.NONE) {
            return false;
        }
        core.drop(victim, RemovalReason.ROOM);
        return true;
    }

    /// Takes memory until so many blocks are free; whether they are.
    private boolean grow(int free) {
        while (core.table.free() < free) {
            int page = core.memory.presentPages() < core.limitPages() ? core.memory.grow() : -1;
            if (page < 0) {
                return false;
            }
            int first = core.memory.firstBlock(page);
            core.table.arrived(first, first + core.memory.blocksPerPage() - 1);
        }
        return true;
    }
}
