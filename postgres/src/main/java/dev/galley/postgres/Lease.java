package dev.galley.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The right of one node among many to do something, held for a short time and renewed. All times are the database's, so that nodes'
 * clocks do not matter. Each change of hands raises the epoch; work that must not be done by a node that has lost the lease without noticing
 * goes through {@link #fenced}, which keeps others from taking it meanwhile.
 */
public final class Lease {
    private static final String TAKE = """
        insert into galley.leases as held (name, holder, epoch, expires_at)
        values (?, ?, 1, clock_timestamp() + ? * interval '1 millisecond')
        on conflict (name) do update
           set holder = excluded.holder,
               epoch = held.epoch + (held.holder <> excluded.holder)::integer,
               expires_at = excluded.expires_at
         where held.holder = excluded.holder or held.expires_at < clock_timestamp()
        returning epoch\
        """;

    private static final String HOLD = """
        select from galley.leases
         where name = ? and holder = ? and epoch = ? and expires_at > clock_timestamp()
           for update\
        """;

    private static final String GIVE_UP =
            "update galley.leases set expires_at = '-infinity' where name = ? and holder = ?";

    private final PlatformDatabase database;
    private final String name;
    private final UUID holder;
    private final Duration length;

    /** @param holder who we are: another for each start of a program */
    public Lease(PlatformDatabase database, String name, UUID holder, Duration length) {
        this.database = database;
        this.name = name;
        this.holder = holder;
        this.length = length;
    }

    /** Takes the lease or makes it longer. Returns the epoch; empty while another holds it. */
    public OptionalLong take() throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setString(1, name);
            take.setObject(2, holder);
            take.setLong(3, length.toMillis());
            try (ResultSet rows = take.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Does the work in a transaction that only the holder of this epoch gets; returns false when that is not us any more. */
    public boolean fenced(long epoch, PlatformDatabase.Work<?> work) throws SQLException {
        return database.transaction(connection -> {
            try (PreparedStatement hold = connection.prepareStatement(HOLD)) {
                hold.setString(1, name);
                hold.setObject(2, holder);
                hold.setLong(3, epoch);
                try (ResultSet rows = hold.executeQuery()) {
                    if (!rows.next()) {
                        return false;
                    }
                }
            }
            work.in(connection);
            return true;
        });
    }

    /** Lets another take it at once. */
    public void giveUp() throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement giveUp = connection.prepareStatement(GIVE_UP)) {
            giveUp.setString(1, name);
            giveUp.setObject(2, holder);
            giveUp.executeUpdate();
        }
    }
}
