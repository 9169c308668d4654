package dev.galley.query.document;

import java.util.List;
import java.util.Optional;

/** Whether the work of a read is small whatever the data: rows found by a key, and rows that those refer to. */
final class Bounds {
    private Bounds() {}

    static boolean isBounded(List<Member> members) {
        return members.stream().allMatch(member -> isBounded(member.content()));
    }

    private static boolean isBounded(Content content) {
        return switch (content) {
            case Content.Fixed _, Content.Field _, Content.GlobalId _ -> true;
            case Content.Row(var source, var where, var members) -> isOne(source, where) && isBounded(members);
            // Functions do what they like, and pages may have to pass over many rows that a policy hides.
            case Content.Computed _, Content.Called _, Content.Page _ -> false;
        };
    }

    private static boolean isOne(Source source, Optional<Predicate> where) {
        return switch (source) {
            case Source.Whole _ -> where.isPresent();
            case Source.Related _ -> true;
            case Source.Computed _, Source.Called _ -> false;
        };
    }
}
