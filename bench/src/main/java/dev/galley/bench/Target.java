package dev.galley.bench;

import java.util.Map;

/**
 * What the runs need to know of the started program.
 *
 * @param headers those of a signed-in caller
 * @param claims of that caller
 * @param postgres the environment that libpq needs to log in as the data path does
 */
record Target(Program program, Map<String, String> headers, String claims, Map<String, String> postgres) {}
