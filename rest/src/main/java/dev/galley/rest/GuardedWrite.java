package dev.galley.rest;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.query.Bindings;
import dev.galley.query.Execution;
import dev.galley.query.Explained;
import dev.galley.query.Handled;
import dev.galley.query.Plan;
import dev.galley.query.Representation;
import dev.galley.query.ResultFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * A write that applies only while the rows are those of a tag ({@code If-Match}).
 *
 * <p>The rows are read as a GET of the same address would read them, then written, in one transaction that keeps its first snapshot
 * (repeatable read), and it commits only if what was read has the tag. Nobody can come between: PostgreSQL refuses to write a row
 * that has changed since the snapshot. A PUT that finds its row gone meanwhile would make a new one; that is undone too.
 */
final class GuardedWrite {
    private static final LocalSetting ONE_SNAPSHOT =
            new LocalSetting("default_transaction_isolation", "repeatable read");

    private static final String SERIALIZATION_FAILURE = "40001";

    private final EntityTags wanted;
    private final Execution current;
    private final Execution write;

    private GuardedWrite(EntityTags wanted, Execution current, Execution write) {
        this.wanted = wanted;
        this.current = current;
        this.write = write;
    }

    static GuardedWrite of(
            RestRequest request,
            Plan current,
            Bindings bindings,
            MediaTypes.Format format,
            RestSettings settings,
            Execution write) {
        EntityTags wanted = EntityTags.parse(request.header("If-Match").orElse(""));
        return new GuardedWrite(
                wanted, current.start(bindings, comparable(format.representation()), settings.maxResponse()), write);
    }

    /** The form that rows are read in, whatever form the written ones are wanted in. */
    private static ResultFormat comparable(Representation representation) {
        return switch (representation) {
            case ResultFormat.JSON, ResultFormat.JSON_OBJECT -> ResultFormat.JSON;
            case ResultFormat.JSON_STRIPPED, ResultFormat.JSON_OBJECT_STRIPPED -> ResultFormat.JSON_STRIPPED;
            case ResultFormat.CSV -> ResultFormat.CSV;
            case Handled _, Explained _ -> ResultFormat.JSON;
        };
    }

    static List<LocalSetting> settings(List<LocalSetting> given) {
        boolean stricter = given.stream().anyMatch(each -> each.value().equalsIgnoreCase("serializable"));
        if (stricter) return given;
        List<LocalSetting> settings = new ArrayList<>(given);
        settings.add(ONE_SNAPSHOT);
        return settings;
    }

    /** The reading comes first; what prepares a transaction does so once. */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>(current.steps());
        steps.addAll(write.steps().subList(write.preparing(), write.steps().size()));
        return steps;
    }

    /** Whether the write may stand; asked when all rows have arrived. */
    boolean holds() {
        boolean sameRows = wanted.any() ? current.rows() > 0 : wanted.namesRows(EntityTag.rows(current.printed()));
        boolean created = write.inserted().orElse(0) > 0;
        return sameRows && !created && write.rows() <= current.rows();
    }

    /** Whether somebody else changed a row between the snapshot and the write. */
    static boolean overtaken(Throwable cause) {
        return cause instanceof DatabaseException failed
                && failed.failure() instanceof DatabaseFailure.Refused refused
                && refused.sqlState().equals(SERIALIZATION_FAILURE);
    }

    void release() {
        current.discard();
    }
}
