package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.backend.ObjectStore;
import dev.galley.storage.database.Query;
import dev.galley.storage.database.Session;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** The steps by which bytes become an object: admitted, written, published; see the package. */
public final class Uploads {
    private static final String ADMIT =
            "select galley.admit_object($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::boolean, make_interval(secs => $8::double precision))";
    private static final String PUBLISH = "select " + StoredObject.COLUMNS
            + " from galley.publish_object($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::boolean) as o";
    private static final String ABANDON = "update galley.object_garbage set due = now() where version = $1";
    private static final String ADMISSION =
            "select galley.expect_object($1, make_interval(secs => $2::double precision))";

    private final ObjectStore store;
    private final Collector collector;
    private final Clock clock;
    private final Duration longest;

    /** @param longest how long it may take from admission to publication */
    public Uploads(ObjectStore store, Collector collector, Clock clock, Duration longest) {
        this.store = store;
        this.collector = collector;
        this.clock = clock;
        this.longest = longest;
    }

    /**
     * Lets row level security decide, for the caller, and returns the version to write the bytes under.
     *
     * @param length of the bytes, if the client has said it: policies may look at it
     * @throws StorageException when the caller may not
     */
    public String admit(Session session, Placement placement, String mimeType, OptionalLong length) {
        String version = UUID.randomUUID().toString();
        ObjectNode declared = StrictJson.newObject().put("mimetype", mimeType);
        length.ifPresent(bytes -> declared.put("contentLength", bytes));
        try {
            session.change(Query.of(ADMIT)
                    .with(placement.bucket())
                    .with(placement.key())
                    .with(version)
                    .with(placement.owner())
                    .with(StrictJson.write(declared))
                    .with(placement.userMetadata())
                    .with(placement.upsert())
                    .with(longest.toSeconds()));
        } catch (StorageException refused) {
            throw taken(refused);
        }
        return version;
    }

    /** For bytes whose admission was given before, by a signed token. */
    public String admitted(Session session) {
        String version = UUID.randomUUID().toString();
        session.changeAsService(Query.of(ADMISSION).with(version).with(longest.toSeconds()));
        return version;
    }

    /**
     * Writes the bytes of an admitted version.
     *
     * @param most bytes
     * @return size and MD5
     * @throws StorageException when there are more
     */
    public Measured write(String version, InputStream bytes, long most) throws IOException {
        Measured measured = new Measured(bytes, most);
        store.write(version, measured);
        return measured;
    }

    /** Makes it the object. From now on its bytes are the row's. */
    public StoredObject publish(Session session, Placement placement, String version, Metadata metadata) {
        try {
            return session
                    .changeAsService(Query.of(PUBLISH)
                            .with(placement.bucket())
                            .with(placement.key())
                            .with(version)
                            .with(placement.owner())
                            .with(metadata.json())
                            .with(placement.userMetadata())
                            .with(placement.upsert()))
                    .stream()
                    .findFirst()
                    .map(StoredObject::of)
                    .orElseThrow(() -> StorageError.invalidRequest("The upload took longer than it may")
                            .thrown());
        } catch (StorageException refused) {
            throw taken(refused);
        } finally {
            // What it replaced.
            collector.wake();
        }
    }

    /** It will not be published: its bytes may go. What becomes of this is of no interest, for the version has a time anyway. */
    public void abandon(Session session, String version) {
        try {
            session.changeAsService(Query.of(ABANDON).with(version));
            collector.wake();
        } catch (StorageException unreachable) {
            System.getLogger(Uploads.class.getName())
                    .log(System.Logger.Level.DEBUG, "an upload was left to its time", unreachable);
        }
    }

    /** All steps for one stream. */
    public StoredObject upload(Session session, Placement placement, Incoming file, boolean admittedBefore)
            throws IOException {
        String version =
                admittedBefore ? admitted(session) : admit(session, placement, file.mimeType(), file.declaredLength());
        try {
            Measured measured = write(version, file.bytes(), file.most());
            Metadata metadata = new Metadata(
                    measured.size(),
                    file.mimeType(),
                    file.cacheControl(),
                    measured.etag(),
                    clock.instant(),
                    file.robots());
            return publish(session, placement, version, metadata);
        } catch (IOException | RuntimeException failure) {
            abandon(session, version);
            throw failure;
        }
    }

    private static StorageException taken(StorageException refused) {
        return refused.error().code().equals("ResourceAlreadyExists")
                ? StorageError.keyAlreadyExists().thrown()
                : refused;
    }
}
