package dev.galley.storage.tus;

import dev.galley.storage.database.Query;
import dev.galley.storage.database.Session;
import dev.galley.storage.object.Placement;
import java.time.Duration;
import java.util.Optional;

/** The rows of uploads under way. They are the service's own: who may touch one is for the endpoints to say. */
final class TusUploads {
    private static final String FIND =
            "select " + TusUpload.COLUMNS + " from galley.tus_uploads as u where u.id = $1::uuid and u.expires > now()";
    private static final String CREATE = "insert into galley.tus_uploads as u"
            + " (id, bucket, key, owner, upsert, user_metadata, mime_type, cache_control, length, declared, expires)"
            + " values ($1::uuid, $2, $3, $4, $5::boolean, $6::jsonb, $7, $8, $9::bigint, $10, now() + make_interval(secs => $11::double precision))"
            + " returning " + TusUpload.COLUMNS;
    private static final String ADD =
            "update galley.tus_uploads as u set received = u.received + $3::bigint, parts = u.parts || $4::text,"
                    + " length = coalesce(u.length, $5::bigint) where u.id = $1::uuid and u.received = $2::bigint and not u.finished"
                    + " returning " + TusUpload.COLUMNS;
    private static final String TAKE =
            "update galley.tus_uploads set finishing_until = now() + make_interval(secs => $2::double precision)"
                    + " where id = $1::uuid and not finished and coalesce(finishing_until, '-infinity') < now() returning 1";
    private static final String LET_GO = "update galley.tus_uploads set finishing_until = null where id = $1::uuid";
    private static final String FINISH =
            "update galley.tus_uploads set finished = true, parts = '{}' where id = $1::uuid";
    private static final String DELETE =
            "delete from galley.tus_uploads where id = $1::uuid and not finished returning 1";

    private final Duration life;
    private final Duration longestFinish;

    TusUploads(Duration life, Duration longestFinish) {
        this.life = life;
        this.longestFinish = longestFinish;
    }

    Optional<TusUpload> find(Session session, String id) {
        return session.readAsService(Query.of(FIND).with(id)).stream()
                .findFirst()
                .map(TusUpload::of);
    }

    TusUpload create(
            Session session,
            String id,
            Placement placement,
            String mimeType,
            String cacheControl,
            long length,
            String declared) {
        return TusUpload.of(session.changeAsService(Query.of(CREATE)
                        .with(id)
                        .with(placement.bucket())
                        .with(placement.key())
                        .with(placement.owner())
                        .with(placement.upsert())
                        .with(placement.userMetadata())
                        .with(mimeType)
                        .with(cacheControl)
                        .with(length < 0 ? Optional.empty() : Optional.of(Long.toString(length)))
                        .with(declared)
                        .with(life.toSeconds()))
                .getFirst());
    }

    /** Enters a part behind what was there when it began; empty when another request was faster. */
    Optional<TusUpload> add(Session session, TusUpload upload, String part, long bytes, long length) {
        return session
                .changeAsService(Query.of(ADD)
                        .with(upload.id())
                        .with(upload.received())
                        .with(bytes)
                        .with(part)
                        .with(length < 0 ? Optional.empty() : Optional.of(Long.toString(length))))
                .stream()
                .findFirst()
                .map(TusUpload::of);
    }

    /** Whether the caller of this is the one who makes the object now. */
    boolean take(Session session, TusUpload upload) {
        return !session.changeAsService(Query.of(TAKE).with(upload.id()).with(longestFinish.toSeconds()))
                .isEmpty();
    }

    void letGo(Session session, TusUpload upload) {
        session.changeAsService(Query.of(LET_GO).with(upload.id()));
    }

    void finish(Session session, TusUpload upload) {
        session.changeAsService(Query.of(FINISH).with(upload.id()));
    }

    /** False when there is none, or it is finished. */
    boolean delete(Session session, TusUpload upload) {
        return !session.changeAsService(Query.of(DELETE).with(upload.id())).isEmpty();
    }
}
