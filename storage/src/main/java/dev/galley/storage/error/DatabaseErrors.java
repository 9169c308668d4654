package dev.galley.storage.error;

import dev.galley.postgres.DatabaseFailure;
import java.time.Duration;

/** What a failure of the database is called in the protocol. */
public final class DatabaseErrors {
    private static final Duration SOON = Duration.ofSeconds(1);

    private DatabaseErrors() {}

    public static StorageError of(DatabaseFailure failure) {
        return switch (failure) {
            case DatabaseFailure.Refused refused -> refused(refused);
            case DatabaseFailure.Busy(var wait) -> StorageError.slowDown(wait);
            case DatabaseFailure.RoleBusy(var wait) -> StorageError.slowDown(wait);
            case DatabaseFailure.Unavailable(var _, var wait) -> StorageError.unavailable(wait);
            case DatabaseFailure.OutcomeUnknown _ -> StorageError.unavailable(SOON);
            case DatabaseFailure.TimedOut _ -> StorageError.databaseTimeout();
            case DatabaseFailure.RowTooLong _, DatabaseFailure.Cancelled _ -> StorageError.internal();
        };
    }

    private static StorageError refused(DatabaseFailure.Refused refused) {
        return switch (refused.sqlState()) {
            case "42501" ->
                StorageError.accessDenied(
                        refused.message().contains("row-level security")
                                ? "new row violates row-level security policy"
                                : refused.message());
            case "23505" -> StorageError.resourceAlreadyExists();
            case "23503" ->
                refused.message().contains("on table \"buckets\"")
                        ? StorageError.referenced("The resource could not be updated or removed because it is in use")
                        : StorageError.relatedMissing();
            case "55P03" -> StorageError.resourceLocked();
            case "57014" -> StorageError.databaseTimeout();
            case "25006" -> StorageError.databaseReadOnly();
            case "22P02" -> StorageError.invalidParameter(refused.message());
            case String state
            when refused.raised() && state.equals("P0001") ->
                // An application's own trigger or policy speaks to its users.
                StorageError.invalidRequest(refused.message());
            case String state -> StorageError.database(state);
        };
    }
}
