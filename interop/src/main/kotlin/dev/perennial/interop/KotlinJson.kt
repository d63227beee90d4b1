package dev.perennial.interop

import com.fasterxml.jackson.core.type.TypeReference
import dev.perennial.EventStream
import dev.perennial.json.Json
import dev.perennial.sse.Sse

// region kotlin
/** {"symbol":"ACME","value":12.5} */
data class Quote(val symbol: String, val value: Double, val currency: String = "EUR")

fun quotes(url: String): EventStream<Quote> = Sse.stream(url, Quote::class.java)

fun batches(url: String): EventStream<List<Quote>> =
  Sse.builder(url).stream(Json.decoder(object : TypeReference<List<Quote>>() {}))
// endregion
