/**
 * Resumable uploads by the protocol TUS 1.0. What each request brings is a part under a version of its own; when all bytes are there the
 * parts become one object. An upload is a row that any node can go on with: two requests for one offset are told apart when their bytes are
 * entered, so no lock is held while a client sends.
 */
@NullMarked
package dev.galley.storage.tus;

import org.jspecify.annotations.NullMarked;
