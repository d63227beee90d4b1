/**
 * Internal: writes reports as HTML, JSON, JUnit XML and Markdown, and draws the timeline of a run.
 * Nothing here runs a rule.
 */
@NullMarked
package dev.perennial.conformance.report;

import org.jspecify.annotations.NullMarked;
