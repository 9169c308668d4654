package dev.galley.query.document;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship.Pair;
import java.util.List;

/** Where rows come from. */
public sealed interface Source {

    /** The relation of which they are rows. */
    QualifiedName relation();

    /** All of it. */
    record Whole(QualifiedName relation) implements Source {}

    /**
     * Those that belong to the row around.
     *
     * @param pairs column of the row around = column of the relation
     */
    record Related(QualifiedName relation, List<Pair> pairs) implements Source {}

    /**
     * Those that rows of a junction tie to the row around; each once, however often they are tied.
     *
     * @param near column of the row around = column of the junction
     * @param far column of the junction = column of the relation
     */
    record Through(QualifiedName relation, QualifiedName junction, List<Pair> near, List<Pair> far) implements Source {}

    /** What a function of the row around returns. */
    record Computed(QualifiedName relation, QualifiedName function) implements Source {}

    /** What a function returns. */
    record Called(QualifiedName relation, Invocation call) implements Source {}
}
