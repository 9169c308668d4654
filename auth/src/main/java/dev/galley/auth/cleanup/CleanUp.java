package dev.galley.auth.cleanup;

import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.limit.RateLimits;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes what has expired, in small batches, each a transaction of its own. Every node may do so at the same time: a row
 * that another one holds is passed over.
 */
public final class CleanUp implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CleanUp.class.getName());

    private final PlatformDatabase database;
    private final AuthSettings settings;
    private final RateLimits limits;
    private final Clock clock;
    private final Thread thread = Thread.ofVirtual().name("auth-clean-up").unstarted(this::loop);

    private record Expired(String table, String condition, Object before) {}

    public CleanUp(PlatformDatabase database, AuthSettings settings, RateLimits limits, Clock clock) {
        this.database = database;
        this.settings = settings;
        this.limits = limits;
        this.clock = clock;
    }

    public void start() {
        if (settings.cleanUp().interval().isPositive()) {
            thread.start();
        }
    }

    private void loop() {
        try {
            while (true) {
                Thread.sleep(settings.cleanUp().interval());
                attempt();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() {
        try {
            int removed = run();
            LOG.log(Level.DEBUG, "{0} expired rows of sign-in removed", removed);
        } catch (SQLException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.log(Level.WARNING, "what has expired could not be removed: {0}", e.getMessage());
            }
        }
    }

    /** @return how many rows were removed */
    public int run() throws SQLException {
        int batch = settings.cleanUp().batch();
        int removed = 0;
        for (Expired expired : expired(clock.instant())) {
            int some;
            do {
                some = database.transaction(connection -> delete(expired, batch).update(connection));
                removed += some;
            } while (some == batch && !Thread.currentThread().isInterrupted());
        }
        int some;
        do {
            some = limits.sweep(batch);
            removed += some;
        } while (some == batch && !Thread.currentThread().isInterrupted());
        return removed;
    }

    private static Sql delete(Expired expired, int batch) {
        String rows = "select ctid from " + expired.table() + " where " + expired.condition()
                + " limit ? for update skip locked";
        return Sql.of(
                "delete from " + expired.table() + " where ctid = any (array(" + rows + "))", expired.before(), batch);
    }

    private List<Expired> expired(Instant now) {
        CleanUpSettings keep = settings.cleanUp();
        List<Expired> all = new ArrayList<>(sessions(now.minus(keep.sessions())));
        Instant unfinished = now.minus(keep.unfinished());
        Duration code = longer(settings.email().otpExpiry(), settings.phone().otpExpiry());
        all.add(new Expired(
                "auth.one_time_tokens",
                "created_at < ?",
                LocalDateTime.ofInstant(unfinished.minus(code), ZoneOffset.UTC)));
        all.add(new Expired("auth.saml_relay_states", "created_at < ?", unfinished));
        all.add(new Expired("auth.flow_state", "created_at < ?", unfinished));
        all.add(new Expired("galley.used_once", "expires_at < ?", now));
        all.add(new Expired(
                "auth.mfa_challenges",
                "created_at < ?",
                unfinished.minus(settings.mfa().challengeExpiry())));
        all.add(new Expired("auth.webauthn_challenges", "expires_at < ?", unfinished));
        all.add(new Expired("auth.oauth_authorizations", "expires_at < ?", unfinished));
        all.add(new Expired(
                "auth.oauth_clients",
                "registration_type = 'dynamic' and created_at < ? and not exists"
                        + " (select from auth.oauth_consents c where c.client_id = oauth_clients.id)",
                now.minus(settings.oauthServer().registeredUnused())));
        all.add(new Expired("auth.oauth_client_states", "created_at < ?", unfinished));
        all.add(new Expired("galley.outbox", "made_at < ?", now.minus(keep.messages())));
        return all;
    }

    private List<Expired> sessions(Instant before) {
        List<Expired> all = new ArrayList<>();
        all.add(new Expired("auth.sessions", "not_after < ?", before));
        Optional<Duration> timebox = settings.sessions().timebox();
        timebox.ifPresent(life -> all.add(new Expired("auth.sessions", "created_at < ?", before.minus(life))));
        Optional<Duration> inactivity = settings.sessions().inactivity();
        inactivity.ifPresent(idle -> all.add(new Expired(
                "auth.sessions", "coalesce(refreshed_at at time zone 'UTC', created_at) < ?", before.minus(idle))));
        return all;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
