# Varnish as Tintype's caching proxy. @ORIGIN_HOST@, @ORIGIN_PORT@ and @NUMBER@ are filled by deploy/proxies/run.
vcl 4.1;
import std;
import directors;

probe alive { .url = "/healthz/live"; .interval = 1s; .timeout = 2s; .window = 3; .threshold = 2; .initial = 2; }

backend tintype@NUMBER@ { .host = "@ORIGIN_HOST@"; .port = "@ORIGIN_PORT@"; .connect_timeout = 2s; .probe = alive; }

sub vcl_init {
  new tintype = directors.round_robin();
  tintype.add_backend(tintype@NUMBER@);
}

# X-Stale, within a request only: "no", it wants what is fresh; "yes", that could not be had, so anything kept will do.
sub vcl_recv {
  set req.backend_hint = tintype.backend();
  if (req.restarts == 0) { unset req.http.X-Stale; }
  if (req.http.X-Stale == "no") { set req.grace = 0s; }
  if (req.http.X-Stale == "yes") { set req.grace = 1w; }

  # The same for whoever asks: no sign of a person goes along, so that one copy serves all.
  if (req.url ~ "^/(media/[0-9]+-|avatars/|headers/|assets/)") {
    unset req.http.Cookie;
    unset req.http.Authorization;
  }
  # Whoever shows a cookie or a token is answered by Tintype itself, and their answers are not kept: the built-in rules go on to say so.
}

sub vcl_hit {
  # Kept for outages too, and so for longer than it may be shown while Tintype is well.
  if (obj.ttl < 0s && req.http.X-Stale != "yes" && std.healthy(req.backend_hint)
      && obj.ttl + std.duration(obj.http.X-Revalidate, 0s) < 0s) {
    set req.http.X-Stale = "no";
    return (restart);
  }
}

sub vcl_backend_response {
  if (beresp.status >= 500) {
    # What is kept stays: an answer that is delivered would take its place.
    if (bereq.is_bgfetch || bereq.http.X-Stale == "no") { return (abandon); }
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    set beresp.keep = 0s;
    return (deliver);
  }
  if (beresp.http.Cache-Control ~ "stale-while-revalidate=[0-9]") {
    set beresp.http.X-Revalidate = regsub(beresp.http.Cache-Control, "^.*stale-while-revalidate=([0-9]+).*$", "\1s");
  } else {
    set beresp.http.X-Revalidate = "0s";
  }
  if (beresp.http.Cache-Control ~ "stale-if-error=[0-9]") {
    set beresp.grace = std.duration(regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1s"), 0s);
  }
  # Past all that it is still good for asking whether it changed.
  set beresp.keep = 1d;
}

sub vcl_backend_error {
  # One that just went is not known to be gone yet: another may answer. Nothing was sent to it that may not be sent twice.
  if (bereq.retries == 0 && (bereq.method == "GET" || bereq.method == "HEAD")) { return (retry); }
  if (bereq.is_bgfetch || bereq.http.X-Stale == "no") { return (abandon); }
  set beresp.http.Content-Type = "text/html; charset=utf-8";
  set beresp.http.Cache-Control = "private, no-store";
  set beresp.http.Retry-After = "5";
  set beresp.body = "<!DOCTYPE html><title>Not reachable</title><p>The site cannot be reached. Nothing is lost; try again in a moment.";
  return (deliver);
}

sub vcl_synth {
  if (resp.status == 503 && req.http.X-Stale == "no") {
    set req.http.X-Stale = "yes";
    return (restart);
  }
}

sub vcl_deliver {
  unset resp.http.X-Revalidate;
  if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } else { set resp.http.X-Cache = "MISS"; }
}
