package dev.galley.schema;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections of the platform's login, in autocommit mode. Who opens one closes it. */
@FunctionalInterface
public interface ConnectionSource {
    Connection open() throws SQLException;
}
