/**
 * Objects: their rows, and the endpoints that read and change them.
 *
 * <p>The bytes of an object lie in the store under the version of its row, which is new for every upload and never changed. An upload is
 * admitted first: the row is written as the caller and undone, and the version is noted as garbage that is due later. Then the bytes are
 * written and made durable, and one transaction takes the note away and writes the row. A row that loses its version, by whatever
 * statement, leaves it as garbage in the same transaction. So at every moment a version is a row's, or garbage with a time, and a crash
 * leaves nothing else; {@link dev.galley.storage.object.Collector} deletes what is due.
 */
@NullMarked
package dev.galley.storage.object;

import org.jspecify.annotations.NullMarked;
