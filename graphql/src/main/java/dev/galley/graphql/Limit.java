package dev.galley.graphql;

/** What there may be too much of in a document. */
enum Limit {
    TOKENS("tokens"),
    DEPTH("levels of selections"),
    FIELDS("fields"),
    ROOTS("root fields"),
    ALIASES("aliases"),
    DIRECTIVES("directives"),
    OVERLAPS("pairs of selections of the same key"),
    SELECTIONS("selections"),
    ROWS("rows, if all pages were full");

    private final String name;

    Limit(String name) {
        this.name = name;
    }

    /** @throws GraphqlException when there are more than may be */
    void require(long count, long most) {
        if (count > most) {
            throw GraphqlError.of(GraphqlError.TOO_COMPLEX, "The document has more than " + most + " " + name)
                    .thrown();
        }
    }
}
