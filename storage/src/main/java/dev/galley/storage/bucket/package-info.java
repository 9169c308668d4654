/** Buckets: their rules, and the endpoints that manage them. */
@NullMarked
package dev.galley.storage.bucket;

import org.jspecify.annotations.NullMarked;
