package dev.galley.graphql;

import dev.galley.query.Bindings;
import dev.galley.query.document.Content;
import dev.galley.query.document.Document;
import dev.galley.query.document.Member;
import java.util.List;

/** How many rows an operation would give if all its pages were full: the sizes of pages, multiplied down the tree. */
record RowEstimate(Bindings bindings) {
    /** Larger than every limit, and small enough to be multiplied once more. */
    private static final long MANY = 1L << 31;

    long of(Document document) {
        return switch (document) {
            case Document.Query(var members) -> inside(members, 1);
            case Document.Mutation(var changes) ->
                changes.stream().mapToLong(change -> of(change.work())).sum();
        };
    }

    private long of(Document.Work work) {
        return switch (work) {
            case Document.Insert insert ->
                returned(
                        insert.members(),
                        switch (insert.rows()) {
                            case Document.Each(var _, var rows) -> rows.size();
                            case Document.Alike alike -> bindings.number(alike.count());
                        });
            case Document.NestedInsert nested ->
                returned(nested.members(), bindings.number(nested.tree().count()));
            case Document.Update update -> returned(update.members(), bindings.number(update.atMost()));
            case Document.Delete delete -> returned(delete.members(), bindings.number(delete.atMost()));
            case Document.Other(var content) -> of(content, 1);
        };
    }

    private long returned(List<Document.OfChange> members, long rows) {
        long sum = 0;
        for (Document.OfChange member : members) {
            if (member.outcome() instanceof Document.Records(var selected)) {
                sum += rows + inside(selected, Math.min(rows, MANY));
            }
        }
        return Math.min(sum, MANY);
    }

    /** @param times how often the object around is given */
    private long inside(List<Member> members, long times) {
        long sum = 0;
        for (Member member : members) {
            sum = Math.min(sum + of(member.content(), times), MANY);
        }
        return sum;
    }

    private long of(Content content, long times) {
        return switch (content) {
            case Content.Fixed _,
                    Content.Field _,
                    Content.Composite _,
                    Content.GlobalId _,
                    Content.Computed _,
                    Content.Called _ -> 0;
            case Content.Row row -> Math.min(times + inside(row.members(), times), MANY);
            case Content.Page page -> page(page, times);
        };
    }

    private long page(Content.Page page, long times) {
        long rows = Math.min(times * Math.min(bindings.number(page.paging().limit()), MANY), MANY);
        long sum = rows;
        for (Member.OfPage part : page.members()) {
            if (part.part() instanceof Member.Groups groups) {
                sum += Math.min(times * Math.min(bindings.number(groups.limit()), MANY), MANY);
            }
            if (part.part() instanceof Member.Edges(var edges)) {
                for (Member.OfEdge edge : edges) {
                    if (edge.edge() instanceof Member.Node(var members)) {
                        sum += inside(members, rows);
                    }
                }
            }
        }
        return Math.min(sum, MANY);
    }
}
