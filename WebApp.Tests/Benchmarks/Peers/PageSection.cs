namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>Signed-in pages beside Razor pages of the same size: one for everybody, and those of ASP.NET Identity's cookie.</summary>
internal static class PageSection
{
    // What the reference's layout has, and each of its lines.
    private const int LayoutSize = 1000;
    private const int LineSize = 188;

    private static readonly string[] OtherPages = ["/account/profile", "/account/password", "/account/sessions", "/account/api-tokens"];

    public static async Task<Findings> RunAsync(Run run)
    {
        await using var app = await run.Scene.StartAsync(run.ServerCore);
        var (cookies, size) = await VisitAsync(app, "/account", run.Scene.SessionCookie);
        await using var peer = await Scene.StartPeerAsync(Published.Peers, "pages", run.ServerCore, new("/static"), $"PEER_PAGE_LINES={(size - LayoutSize) / LineSize}");
        var signedIn = await SignInAsync(peer);

        var fixedPage = await PageAsync(peer, "/static", "", "static Razor page");
        var cookiePage = await PageAsync(peer, "/cookie", signedIn, "Identity's cookie page");
        var userPage = await PageAsync(peer, "/user", signedIn, "Identity's, which reads its user");
        var account = await PageAsync(app, "/account", cookies, "`/account`");
        List<Case> others = [];
        foreach (var path in OtherPages)
        {
            others.Add(await PageAsync(app, path, cookies, $"`{path}`"));
        }

        var comparison = new Comparison("Signed-in pages", [fixedPage, cookiePage], [userPage, account, .. others]);
        await run.MeasureAsync(comparison);
        var atMost = others.Max(page => Spread.Of(page.Processor).Median);
        return new(comparison.ToTable(),
        [
            SummaryRow.OfRates("signed-in page `/account`", account, cookiePage, "> 1; ≤ 0.15 ms"),
            new(
                "other signed-in pages (profile, password, sessions, API tokens)",
                FormattableString.Invariant($"{cookiePage.Name}: {Spread.Of(cookiePage.Processor).Median:0.000} ms"),
                FormattableString.Invariant($"{others.Min(page => Spread.Of(page.Processor).Median):0.000} to {atMost:0.000} ms of processor time"),
                FormattableString.Invariant($"at most {others.Max(page => Spread.OfRatios(page.Processor, cookiePage.Processor).Median):0.00} x"),
                "≤ 0.15 ms, ≤ 0.3 ms with one query"),
        ]);
    }

    private static async Task<Case> PageAsync(ServerProcess server, string path, string cookies, string name)
    {
        var (_, size) = await VisitAsync(server, path, cookies);
        return new(FormattableString.Invariant($"{name}, {size / 1024.0:0.0} KiB"), server, Load.Repeating(server.Address, Call.Cookie(path, cookies).ToBytes(server.Address)));
    }

    // As a browser: what the page sets, the next visit brings along.
    private static async Task<(string Cookies, int Size)> VisitAsync(ServerProcess server, string path, string cookies)
    {
        using var http = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookies.Length > 0)
        {
            request.Headers.Add("Cookie", cookies);
        }

        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (WithNew(cookies, response), (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    private static async Task<string> SignInAsync(ServerProcess peer)
    {
        using var http = peer.NewClient();
        using var response = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), null);
        response.EnsureSuccessStatusCode();
        return (await VisitAsync(peer, "/cookie", WithNew("", response))).Cookies;
    }

    private static string WithNew(string cookies, HttpResponseMessage response)
    {
        var set = response.Headers.TryGetValues("Set-Cookie", out var values) ? values.Select(value => value.Split(';')[0]) : [];
        return string.Join("; ", cookies.Split("; ", StringSplitOptions.RemoveEmptyEntries).Concat(set));
    }
}
