package dev.galley.storage.error;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a request is refused.
 *
 * @param status what went wrong as an HTTP status; a text in the body, while the answer itself has {@link #httpStatus}
 * @param code the protocol's own name of it
 * @param error an older name, which some clients still look at
 * @param message for people; holds nothing of other users and no internals
 * @param retryAfter when it may be tried again
 */
public record StorageError(
        int status, int httpStatus, String code, String error, String message, Optional<Duration> retryAfter) {
    private static final int BAD_REQUEST = 400;
    private static final int INTERNAL = 500;

    /** Nearly everything is answered with status 400: that is what the clients expect. */
    private static StorageError of(int status, String code, String error, String message) {
        return new StorageError(
                status, status == INTERNAL ? INTERNAL : BAD_REQUEST, code, error, message, Optional.empty());
    }

    private static StorageError of(int status, String code, String message) {
        return of(status, code, code, message);
    }

    /** The same with its own status as the answer's. */
    public StorageError plain() {
        return new StorageError(status, status, code, error, message, retryAfter);
    }

    public StorageException thrown() {
        return new StorageException(this);
    }

    public static StorageError noSuchBucket() {
        return of(404, "NoSuchBucket", "Bucket not found", "Bucket not found");
    }

    public static StorageError noSuchKey() {
        return of(404, "NoSuchKey", "not_found", "Object not found");
    }

    public static StorageError noSuchUpload() {
        return of(404, "NoSuchUpload", "Upload not found");
    }

    public static StorageError accessDenied(String message) {
        return of(403, "AccessDenied", "Unauthorized", message);
    }

    public static StorageError keyAlreadyExists() {
        return of(409, "KeyAlreadyExists", "Duplicate", "The resource already exists");
    }

    public static StorageError bucketAlreadyExists() {
        return of(409, "BucketAlreadyExists", "Duplicate", "The resource already exists");
    }

    public static StorageError resourceAlreadyExists() {
        return of(409, "ResourceAlreadyExists", "Duplicate", "The resource already exists");
    }

    public static StorageError bucketNotEmpty() {
        return of(409, "ResourceNotEmpty", "The bucket you tried to delete is not empty");
    }

    public static StorageError referenced(String message) {
        return of(409, "ResourceReferenced", message);
    }

    public static StorageError relatedMissing() {
        return of(404, "InvalidRequest", "The related resource does not exist");
    }

    public static StorageError entityTooLarge(String entity) {
        return of(413, "EntityTooLarge", "Payload too large", "The " + entity + " exceeded the maximum allowed size");
    }

    public static StorageError invalidMimeType(String type) {
        return of(415, "InvalidMimeType", "invalid_mime_type", "mime type " + type + " is not supported");
    }

    public static StorageError invalidBucketName() {
        return of(400, "InvalidBucketName", "Invalid Input", "Bucket name invalid");
    }

    public static StorageError invalidKey(String key) {
        return of(400, "InvalidKey", "Invalid key: " + key);
    }

    public static StorageError invalidRange() {
        return of(400, "InvalidRange", "invalid_range", "invalid range provided");
    }

    public static StorageError invalidRequest(String message) {
        return of(400, "InvalidRequest", message);
    }

    /** The body or the query is not of the form that the endpoint takes. */
    public static StorageError malformed(String message) {
        return of(400, "InvalidRequest", "Bad Request", message);
    }

    public static StorageError invalidParameter(String message) {
        return of(400, "InvalidParameter", message);
    }

    public static StorageError invalidJwt(String message) {
        return of(400, "InvalidJWT", message);
    }

    public static StorageError invalidSignature(String message) {
        return of(400, "InvalidSignature", message);
    }

    public static StorageError expiredToken() {
        return of(400, "ExpiredToken", "The provided token has expired.");
    }

    public static StorageError notEnabled(String feature) {
        return of(409, "FeatureNotEnabled", "The feature " + feature + " is not enabled for this resource");
    }

    public static StorageError resourceLocked() {
        return of(423, "ResourceLocked", "The resource is locked");
    }

    public static StorageError notFound(String route) {
        return of(404, "InvalidRequest", "Not Found", "Route " + route + " not found")
                .plain();
    }

    public static StorageError databaseTimeout() {
        return of(544, "DatabaseTimeout", "The connection to the database timed out")
                .plain();
    }

    public static StorageError databaseReadOnly() {
        return of(503, "DatabaseReadOnly", "The database is currently in read-only mode. Please try again later.");
    }

    public static StorageError database(String sqlState) {
        return of(500, "DatabaseError", "database error, code: " + sqlState);
    }

    public static StorageError internal() {
        return of(500, "InternalError", "Internal", "Internal Server Error");
    }

    public static StorageError slowDown(Duration wait) {
        return new StorageError(
                429, 429, "SlowDown", "too_many_connections", "Too many requests at this moment", Optional.of(wait));
    }

    public static StorageError unavailable(Duration wait) {
        return new StorageError(503, 503, "SlowDown", "SlowDown", "The database cannot be reached", Optional.of(wait));
    }
}
