package dev.galley.rest;

import dev.galley.query.Call;
import dev.galley.query.Delete;
import dev.galley.query.HiddenNames;
import dev.galley.query.Insert;
import dev.galley.query.Nested;
import dev.galley.query.Query;
import dev.galley.query.Read;
import dev.galley.query.Selection;
import dev.galley.query.Update;
import dev.galley.schema.QualifiedName;
import java.util.List;
import java.util.Optional;

/** What a request names itself, which it may be told whatever the role may see. */
record Asked(Target target, Query query) implements HiddenNames.Named {

    @Override
    public String schema() {
        return target.schema();
    }

    @Override
    public Optional<QualifiedName> relation() {
        return target.resource() instanceof Target.RelationOf of ? Optional.of(of.name()) : Optional.empty();
    }

    @Override
    public Optional<QualifiedName> routine() {
        return target.resource() instanceof Target.RoutineOf of ? Optional.of(of.name()) : Optional.empty();
    }

    /** Whether an embed, or a row inside a row to insert, is called so. */
    @Override
    public boolean embeds(String name) {
        return switch (query) {
            case Read read -> embeds(read.selection(), name);
            case Call call -> embeds(call.selection(), name);
            case Insert insert ->
                nests(insert.nested(), name) || embeds(insert.returning().rows(), name);
            case Update update -> embeds(update.returning().rows(), name);
            case Delete delete -> embeds(delete.returning().rows(), name);
        };
    }

    private static boolean embeds(Optional<Selection> selection, String name) {
        return selection.filter(rows -> embeds(rows, name)).isPresent();
    }

    private static boolean embeds(Selection selection, String name) {
        return selection.items().stream()
                .anyMatch(item -> item instanceof Selection.Embed embed
                        && (embed.target().equals(name) || embeds(embed.selection(), name)));
    }

    private static boolean nests(List<Nested> nested, String name) {
        return nested.stream().anyMatch(each -> each.key().split("!", 2)[0].equals(name) || nests(each.nested(), name));
    }
}
