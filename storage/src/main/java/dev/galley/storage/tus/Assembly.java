package dev.galley.storage.tus;

import dev.galley.storage.backend.ObjectStore;
import dev.galley.storage.database.Session;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.object.Measured;
import dev.galley.storage.object.Metadata;
import dev.galley.storage.object.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes one object of the parts of an upload. */
final class Assembly {
    private final Uploads uploads;
    private final ObjectStore store;
    private final TusUploads rows;
    private final Clock clock;

    Assembly(Uploads uploads, ObjectStore store, TusUploads rows, Clock clock) {
        this.uploads = uploads;
        this.store = store;
        this.rows = rows;
        this.clock = clock;
    }

    /** @throws dev.galley.storage.error.StorageException when another request does it at this moment, or the name has been taken */
    void finish(Session session, TusUpload upload) throws IOException {
        if (!rows.take(session, upload)) {
            throw StorageError.resourceLocked().thrown();
        }
        String version = uploads.admitted(session);
        boolean published = false;
        try (InputStream all = new Parts(upload.parts().iterator())) {
            Measured measured = uploads.write(version, all, upload.length());
            if (measured.size() != upload.length()) {
                throw new IOException(
                        "the parts of an upload are " + measured.size() + " bytes, not " + upload.length());
            }
            uploads.publish(
                    session,
                    upload.placement(),
                    version,
                    new Metadata(
                            measured.size(),
                            upload.mimeType(),
                            upload.cacheControl(),
                            measured.etag(),
                            clock.instant(),
                            Optional.empty()));
            published = true;
            rows.finish(session, upload);
        } finally {
            if (!published) {
                uploads.abandon(session, version);
                rows.letGo(session, upload);
            }
        }
        upload.parts().forEach(part -> uploads.abandon(session, part));
    }

    /** One after the other, each opened when it is its turn. */
    private final class Parts extends InputStream {
        private final Iterator<String> versions;
        private @Nullable InputStream current;

        Parts(Iterator<String> versions) {
            this.versions = versions;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            while (true) {
                InputStream part = current;
                if (part == null) {
                    if (!versions.hasNext()) {
                        return -1;
                    }
                    String version = versions.next();
                    part = current = store.read(version, 0, store.length(version));
                }
                int count = part.read(into, at, length);
                if (count >= 0) {
                    return count;
                }
                close();
            }
        }

        @Override
        public void close() throws IOException {
            InputStream part = current;
            current = null;
            if (part != null) {
                part.close();
            }
        }
    }
}
