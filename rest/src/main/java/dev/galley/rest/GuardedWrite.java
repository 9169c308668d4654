package dev.galley.rest;

import dev.galley.http.EntityTags;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.query.Bindings;
import dev.galley.query.Execution;
import dev.galley.query.Explained;
import dev.galley.query.Handled;
import dev.galley.query.Planner;
import dev.galley.query.Read;
import dev.galley.query.Representation;
import dev.galley.query.ResultFormat;
import dev.galley.query.Selection;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A write that applies only while the rows are those of a tag ({@code If-Match}).
 *
 * <p>The rows are read as a GET of the same address would read them, then written, in one transaction that keeps its first snapshot
 * (repeatable read), and it commits only if what was read has the tag. Nobody can come between: PostgreSQL refuses to write a row
 * that has changed since the snapshot. A PUT that finds its row gone meanwhile would make a new one; that is undone too.
 *
 * <p>That holds for the rows that are written. Where other rows were read too (embeds, views, computed fields) the transaction is
 * serializable: of two writes that have each read what the other one writes, one is undone.
 */
final class GuardedWrite {
    private static final String ISOLATION = "default_transaction_isolation";
    private static final String ONE_SNAPSHOT = "repeatable read";
    private static final String SERIALIZABLE = "serializable";

    private static final String SERIALIZATION_FAILURE = "40001";

    private final EntityTags wanted;
    private final Execution current;
    private final Execution write;
    private final String isolation;

    private GuardedWrite(EntityTags wanted, Execution current, Execution write, String isolation) {
        this.wanted = wanted;
        this.current = current;
        this.write = write;
        this.isolation = isolation;
    }

    static GuardedWrite of(
            RestRequest request,
            Read current,
            Planner planner,
            SchemaModel schema,
            Bindings bindings,
            MediaTypes.Format format,
            RestSettings settings,
            Execution write) {
        EntityTags wanted = EntityTags.parse(request.header("If-Match").orElse(""));
        Execution reading = planner.plan(current, schema)
                .start(bindings, comparable(format.representation()), settings.maxResponse());
        return new GuardedWrite(wanted, reading, write, readsOwnColumns(current, schema) ? ONE_SNAPSHOT : SERIALIZABLE);
    }

    /** Whether nothing but the rows that may be written is read. */
    private static boolean readsOwnColumns(Read read, SchemaModel schema) {
        return schema.relation(read.from())
                .filter(relation -> switch (relation.kind()) {
                    case TABLE, PARTITIONED_TABLE -> true;
                    case VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE -> false;
                })
                .filter(relation -> read.selection().items().stream().allMatch(item -> isColumn(relation, item)))
                .isPresent();
    }

    private static boolean isColumn(Relation relation, Selection.Item item) {
        return switch (item) {
            case Selection.All _ -> true;
            case Selection.Field field ->
                field.path()
                        .map(path -> relation.columns().containsKey(path.column()))
                        .orElse(true);
            case Selection.Embed _ -> false;
        };
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

    /** The settings of the transaction, with the isolation that this write needs unless they ask for a stricter one. */
    List<LocalSetting> settings(List<LocalSetting> given) {
        if (strictness(level(given)) >= strictness(isolation)) return given;
        List<LocalSetting> settings = new ArrayList<>(given);
        settings.add(new LocalSetting(ISOLATION, isolation));
        return settings;
    }

    /** The last one counts. */
    private static String level(List<LocalSetting> settings) {
        return settings.reversed().stream()
                .filter(each -> each.name().equalsIgnoreCase(ISOLATION))
                .map(LocalSetting::value)
                .findFirst()
                .orElse("");
    }

    private static int strictness(String level) {
        return switch (level.toLowerCase(Locale.ROOT)) {
            case SERIALIZABLE -> 2;
            case ONE_SNAPSHOT -> 1;
            default -> 0;
        };
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
