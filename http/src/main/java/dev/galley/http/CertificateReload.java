package dev.galley.http;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks now and then whether the files of the certificate have changed, and gives a good new pair to new connections; those that
 * are open keep theirs. A pair that cannot be used is said once, and the one of before stays.
 */
final class CertificateReload implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CertificateReload.class.getName());

    private final HttpSettings.Tls files;
    private final Use use;
    private final Thread thread = Thread.ofVirtual().name("certificate-reload").unstarted(this::run);
    private ServerCertificate judged;
    private ServerCertificate last;
    private String problem = "";
    private volatile boolean closed;

    /** Takes a pair into use. */
    interface Use {
        /** @throws IOException with a message for the operator when it cannot be used; the one of before then stays */
        void take(ServerCertificate pair) throws IOException, InterruptedException;
    }

    /** @param inUse what connections get now */
    CertificateReload(HttpSettings.Tls files, ServerCertificate inUse, Use use) {
        this.files = files;
        this.judged = inUse;
        this.last = inUse;
        this.use = use;
    }

    void start() {
        if (files.checkInterval().isPositive()) {
            thread.start();
        }
    }

    private void run() {
        while (!closed) {
            pause(files.checkInterval());
            try {
                look();
            } catch (IOException failure) {
                report(String.valueOf(failure.getMessage()));
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    /** Only what stood there at the look before as well: files are renewed one after the other. */
    private void look() throws IOException, InterruptedException {
        ServerCertificate now = ServerCertificate.read(files);
        boolean settled = now.equals(last);
        last = now;
        if (settled && !now.equals(judged)) {
            judged = now;
            problem = "";
            use.take(now);
        }
    }

    private void pause(Duration interval) {
        long end = System.nanoTime() + interval.toNanos();
        for (long left = interval.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Once, and not every few seconds. */
    private void report(String now) {
        if (!now.equals(problem)) {
            problem = now;
            LOG.log(Level.ERROR, "The TLS certificate was not changed, the one of before is kept: {0}", now);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
