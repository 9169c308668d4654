package dev.galley.schema;

import java.util.List;
import java.util.Optional;

/** A way from one relation to another, seen from {@link #from}. */
public sealed interface Relationship {

    QualifiedName from();

    QualifiedName to();

    /** Whether there is at most one row on the far side. */
    boolean toOne();

    /** A column of the near side and the column of the far side that it equals. */
    record Pair(String from, String to) {}

    /**
     * Along one foreign key, in either direction, also between views that show its columns.
     *
     * @param constraint the foreign key's name
     * @param pairs in the order of the key
     * @param forward true from the referencing relation to the referenced one
     * @param oneToOne whether the referencing columns are a primary key or unique constraint of their table
     */
    record Direct(
            QualifiedName from,
            QualifiedName to,
            String constraint,
            List<Pair> pairs,
            boolean forward,
            boolean oneToOne)
            implements Relationship {
        @Override
        public boolean toOne() {
            return forward || oneToOne;
        }
    }

    /**
     * Many-to-many through a junction whose two foreign keys are part of its primary key.
     *
     * @param near {@code from} column = junction column
     * @param far junction column = {@code to} column
     */
    record Through(
            QualifiedName from,
            QualifiedName to,
            QualifiedName junction,
            String nearConstraint,
            String farConstraint,
            List<Pair> near,
            List<Pair> far)
            implements Relationship {
        @Override
        public boolean toOne() {
            return false;
        }
    }

    /**
     * A function that takes a row of {@code from} and returns rows of {@code to}.
     *
     * @param toOne it is declared {@code ROWS 1} or not set-returning
     */
    record Computed(
            QualifiedName from, QualifiedName to, QualifiedName function, boolean toOne, Optional<String> comment)
            implements Relationship {}
}
