package dev.galley.identity;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link KeyAuthenticator} supplied with the keys that an identity provider publishes: fetched on a thread of their
 * own at the start, on a schedule, and when a token names a key that is not there, but never more often than the shortest
 * interval allows. While the provider cannot be asked, or answers nonsense, the last good keys hold.
 *
 * <p>A request is never kept waiting: the first one with a new key is refused, and a moment later the key is there. Providers
 * publish a key before they sign with it, so the schedule usually has it in time.
 */
public final class ProviderKeys implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProviderKeys.class.getName());

    private final KeyAuthenticator authenticator;
    private volatile @Nullable Follower current;

    public ProviderKeys(KeyAuthenticator authenticator) {
        this.authenticator = authenticator;
        authenticator.onKeyMissing(this::ask);
    }

    /** From now on the keys of this URL count, or none. Nothing happens when it is the URL of before, with the same limits. */
    public synchronized void follow(Optional<JwksUrl> url) {
        if (url.equals(Optional.ofNullable(current).map(follower -> follower.source))) {
            return;
        }
        stop();
        authenticator.providerKeys(List.of());
        Follower next = url.map(Follower::new).orElse(null);
        current = next;
        if (next != null) {
            next.start();
        }
    }

    /** Waits until the provider has been asked for the first time, so that a start is not followed by refusals. */
    public void awaitFirst() {
        Follower follower = current;
        if (follower != null) {
            follower.awaitFirst();
        }
    }

    private synchronized void stop() {
        Follower follower = current;
        current = null;
        if (follower != null) {
            follower.stop();
        }
    }

    private synchronized void publish(Follower follower, JwksDocument document) {
        if (follower == current) {
            authenticator.providerKeys(document.keys());
        }
    }

    /** Called on event loops: takes no lock. */
    private void ask() {
        Follower follower = current;
        if (follower != null) {
            follower.ask();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Asks one URL until it is stopped. */
    private final class Follower {
        private final JwksUrl source;
        private final JwksFetch fetch;
        private final Thread thread;
        private final CountDownLatch first = new CountDownLatch(1);
        private volatile boolean asked;
        private volatile boolean stopped;
        private String problem = "";

        Follower(JwksUrl source) {
            this.source = source;
            this.fetch = new JwksFetch(source);
            this.thread = Thread.ofVirtual().name("provider-keys").unstarted(this::run);
        }

        void start() {
            thread.start();
        }

        void awaitFirst() {
            try {
                var _ = first.await(source.timeout().plusSeconds(1).toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }

        void ask() {
            if (!asked) {
                asked = true;
                LockSupport.unpark(thread);
            }
        }

        void stop() {
            stopped = true;
            thread.interrupt();
        }

        private void run() {
            try (fetch) {
                while (!stopped) {
                    asked = false;
                    boolean good = attempt();
                    first.countDown();
                    pause(good);
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean attempt() throws InterruptedException {
            try {
                JwksDocument document = fetch.fetch();
                publish(this, document);
                report(unusable(document));
                return true;
            } catch (IOException failure) {
                report("cannot be used, the keys of before hold: " + failure.getMessage());
                return false;
            } catch (RuntimeException defect) {
                LOG.log(Level.ERROR, "auth.jwks-url " + source.shown() + " could not be read", defect);
                return false;
            }
        }

        private void pause(boolean good) {
            long since = System.nanoTime();
            while (!stopped) {
                Duration wanted = good && !asked ? source.refresh() : source.minimumInterval();
                long left = wanted.toNanos() - (System.nanoTime() - since);
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        }

        private static String unusable(JwksDocument document) {
            if (document.keys().isEmpty()) {
                return "has no key that tokens can be verified with";
            }
            return document.unusable() == 0 ? "" : document.unusable() + " of its keys are none to verify tokens with";
        }

        /** Once for each change. */
        private void report(String now) {
            if (now.equals(problem)) {
                return;
            }
            problem = now;
            if (now.isEmpty()) {
                LOG.log(Level.INFO, "auth.jwks-url {0} is in order again", source.shown());
            } else {
                LOG.log(Level.WARNING, "auth.jwks-url {0}: {1}", source.shown(), now);
            }
        }
    }
}
