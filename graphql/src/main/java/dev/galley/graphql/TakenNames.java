package dev.galley.graphql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The names of types, each given once: a schema with two types of one name would be none. The first to ask for a name has it. */
final class TakenNames {
    private static final List<String> OF_TABLE = List.of(
            "",
            "Edge",
            "Connection",
            "Filter",
            "OrderBy",
            "InsertInput",
            "InsertResponse",
            "UpdateInput",
            "UpdateResponse",
            "DeleteResponse",
            "Aggregate",
            "SumAggregateResult",
            "AvgAggregateResult",
            "MinAggregateResult",
            "MaxAggregateResult");

    private final Set<String> taken = new HashSet<>(Set.of(
            SchemaMaker.QUERY,
            SchemaMaker.MUTATION,
            "Subscription",
            TableTypes.NODE,
            "PageInfo",
            "OrderByDirection",
            Pages.ORDER_BY_RELATED));

    private static final Map<Extension, List<String>> OF_EXTENSION = Map.of(
            Extension.RELATED_FILTERS, List.of(TableTypes.RELATED_FILTER),
            Extension.UPSERTS, List.of("OnConflict", "InsertColumn", "UpdateColumn"),
            Extension.GROUPS, List.of("Group", "GroupBy", "GroupValues"));

    TakenNames() {
        taken.add(Filters.FILTER_IS);
        Scalars.all().forEach(scalar -> taken.add(scalar.getName()));
        taken.addAll(new Filters().types().keySet());
    }

    boolean takeForTable(String type, Set<Extension> extensions) {
        List<String> endings = new ArrayList<>(OF_TABLE);
        extensions.forEach(extension -> endings.addAll(OF_EXTENSION.getOrDefault(extension, List.of())));
        return take(endings.stream().map(type::concat).toList());
    }

    boolean takeForEnum(String type) {
        return take(Stream.of("", "Filter").map(type::concat).toList());
    }

    boolean take(Collection<String> names) {
        return Collections.disjoint(taken, names) && taken.addAll(names);
    }
}
