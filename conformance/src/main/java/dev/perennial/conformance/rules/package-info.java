/**
 * Internal: the rules, a class for each area, and the checks that they share. {@link
 * dev.perennial.conformance.rules.RuleCatalog} lists them all.
 */
@NullMarked
package dev.perennial.conformance.rules;

import org.jspecify.annotations.NullMarked;
