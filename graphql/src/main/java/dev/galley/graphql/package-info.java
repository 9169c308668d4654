/**
 * The GraphQL dialect: a schema made from the database as the caller may see it, in the names and shapes of pg_graphql. Documents
 * are parsed and validated by graphql-java and become a {@link dev.galley.query.document.Document}, which PostgreSQL answers.
 */
@NullMarked
package dev.galley.graphql;

import org.jspecify.annotations.NullMarked;
