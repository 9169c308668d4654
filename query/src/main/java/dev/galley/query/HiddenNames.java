package dev.galley.query;

import dev.galley.postgres.DatabaseFailure;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's errors name what they are about, whoever asks: both sides of a foreign key, a table that a policy, a view or a
 * function reads. What the request does not name itself and the role cannot see is left out of what the caller is told. What a
 * function raises in its own words stays.
 */
public final class HiddenNames {
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final String CONSTRAINT_CLASS = "23";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    /** Other errors that tell a name in their message: a view that cannot be written, a locked row, a view's check. */
    private static final Set<String> TELLING = Set.of("55000", "55P03", "44000");

    private static final Pattern DENIED = Pattern.compile("(?:permission denied for|must be owner of) "
            + "(table|view|materialized view|foreign table|function|procedure|schema) (.+)");
    private static final Pattern QUOTED = Pattern.compile("\\b(table|view|relation) \"([^\"]+)\"");

    private final SchemaModel schema;
    private final String role;
    private final Optional<? extends Named> named;

    /** What a request names itself. */
    public interface Named {
        String schema();

        Optional<QualifiedName> relation();

        Optional<QualifiedName> routine();

        /** Whether rows inside its rows are called so. */
        boolean embeds(String name);
    }

    /** @param named empty when the request failed before it was understood, or names only what the role can see */
    public HiddenNames(SchemaModel schema, String role, Optional<? extends Named> named) {
        this.schema = schema;
        this.role = role;
        this.named = named;
    }

    public DatabaseFailure removed(DatabaseFailure failure) {
        if (!(failure instanceof DatabaseFailure.Refused refused) || refused.raised()) return failure;
        if (refused.sqlState().equals(FOREIGN_KEY_VIOLATION)) return foreignKey(refused);
        if (refused.sqlState().equals(INSUFFICIENT_PRIVILEGE)) {
            return mayBeTold(refused.message()) ? refused : without(refused, "permission denied");
        }
        if (refused.sqlState().startsWith(CONSTRAINT_CLASS)) {
            return constraintVisible(refused)
                    ? refused
                    : without(refused, "the row violates a constraint of a relation behind the request");
        }
        boolean hidden = TELLING.contains(refused.sqlState()) && !namesVisible(refused.message());
        return hidden ? without(refused, "the database cannot do this now or with this row") : refused;
    }

    /** A constraint of a domain has no table, and one of a missing value is told by the message only. */
    private boolean constraintVisible(DatabaseFailure.Refused refused) {
        Optional<String> table =
                refused.place().map(DatabaseFailure.Place::table).filter(name -> !name.isEmpty());
        return table.map(name -> visible("relation", name)).orElse(true) && namesVisible(refused.message());
    }

    private DatabaseFailure foreignKey(DatabaseFailure.Refused refused) {
        if (refused.place().isEmpty()) return refused;
        DatabaseFailure.Place place = refused.place().get();
        QualifiedName table = new QualifiedName(place.schema(), place.table());
        if (!visible(table)) {
            return without(refused, "the row is still referenced, or what it refers to does not exist");
        }
        boolean bothVisible = schema.relationshipsFrom(table).stream()
                .anyMatch(each -> each instanceof Relationship.Direct key
                        && key.forward()
                        && key.constraint().equals(place.constraint())
                        && visible(key.to()));
        return bothVisible ? refused : without(refused, refused.message());
    }

    /** Words that are not known, a translation for one, may name anything. */
    private boolean mayBeTold(String message) {
        Matcher denied = DENIED.matcher(message);
        if (denied.matches()) return visible(denied.group(1), denied.group(2));
        if (message.startsWith("permission denied to ")) return true;
        return QUOTED.matcher(message).find() && namesVisible(message);
    }

    private boolean namesVisible(String message) {
        Matcher named = QUOTED.matcher(message);
        while (named.find()) {
            if (!visible(named.group(1), named.group(2))) return false;
        }
        return true;
    }

    private boolean visible(String kind, String name) {
        return switch (kind) {
            case "schema" ->
                named.filter(request -> request.schema().equals(name)).isPresent();
            case "function", "procedure" -> routineVisible(name);
            default -> relationVisible(kind, name);
        };
    }

    private boolean routineVisible(String name) {
        return named.flatMap(Named::routine).map(QualifiedName::name).equals(Optional.of(name))
                || schema.routines().entrySet().stream()
                        .filter(entry -> entry.getKey().name().equals(name))
                        .flatMap(entry -> entry.getValue().stream())
                        .anyMatch(routine -> routine.executableBy().contains(role));
    }

    private boolean relationVisible(String kind, String name) {
        boolean isTarget = named.flatMap(Named::relation)
                .filter(target -> target.name().equals(name))
                .flatMap(schema::relation)
                .filter(relation -> is(kind, relation.kind()))
                .isPresent();
        return isTarget
                || named.filter(request -> request.embeds(name)).isPresent()
                || schema.relations().values().stream()
                        .anyMatch(relation -> relation.name().name().equals(name)
                                && is(kind, relation.kind())
                                && relation.selectableBy().contains(role));
    }

    private static boolean is(String word, Relation.Kind kind) {
        String own = switch (kind) {
            case TABLE, PARTITIONED_TABLE -> "table";
            case VIEW -> "view";
            case MATERIALIZED_VIEW -> "materialized view";
            case FOREIGN_TABLE -> "foreign table";
        };
        return word.equals("relation") || own.endsWith(word);
    }

    private boolean visible(QualifiedName name) {
        return schema.relation(name)
                .filter(relation -> relation.selectableBy().contains(role))
                .isPresent();
    }

    private static DatabaseFailure without(DatabaseFailure.Refused refused, String message) {
        return new DatabaseFailure.Refused(
                refused.sqlState(),
                message,
                Optional.empty(),
                Optional.empty(),
                refused.context(),
                refused.place(),
                refused.raised());
    }
}
