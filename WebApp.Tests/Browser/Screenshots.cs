using Microsoft.Playwright;
using WebApp.Features.Audit.Figures;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>The pictures of the README and the docs, taken from the running application, so that they show what is: <c>./dev screenshots</c>.</summary>
internal static class Screenshots
{
    private const int Width = 1280;

    // An hour of a small place: who signed in, who failed, and what the nodes measured. The waves are fixed, so a picture changes only where the pages do.
    private static readonly string[] Hour =
    [
        """
        INSERT INTO users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, display_name, password_hash, security_stamp, created_at, token_version,
                           phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, email_codes_enabled)
        SELECT gen_random_uuid(), e, upper(e), e, upper(e), true, NULL, 'x', 'x', now() - n * interval '7 minutes', 0, false, n % 3 > 0, true, 0, false
        FROM (SELECT n, 'person' || n || '@example.org' AS e FROM generate_series(1, 180) n) p
        """,
        """
        INSERT INTO security_events (id, at, kind, ip, user_agent)
        SELECT (lpad(to_hex((extract(epoch FROM now() - m * interval '1 minute') * 1000)::bigint), 12, '0') || '7' || substr(md5(m || 'a' || k), 1, 3) || '8' || substr(md5(k || 'b' || m), 1, 15))::uuid,
               now() - m * interval '1 minute', CASE WHEN k < 6 + 4 * sin(m / 7.0) THEN 'signed_in' ELSE 'sign_in_failed' END, '203.0.113.7', 'Mozilla/5.0'
        FROM generate_series(1, 59) m, generate_series(1, 12) k WHERE k < 9 + 3 * sin(m / 5.0)
        """,
        """
        INSERT INTO metric_minutes (minute, name, node, value)
        SELECT date_trunc('minute', now()) - m * interval '1 minute', f.name, 'a', round((f.base + f.swing * sin(m / f.period))::numeric)
        FROM generate_series(1, 59) m, (VALUES ('sessions.active', 310.0, 25.0, 9.0), ('sessions.api', 120.0, 10.0, 6.0), ('users.total', 182.0, 0.0, 1.0), ('users.second_factor', 104.0, 0.0, 1.0),
            ('users.passkey', 41.0, 0.0, 1.0), ('users.protected', 121.0, 0.0, 1.0), ('mail.sent', 3.0, 2.0, 4.0), ('mail.waiting', 0.0, 0.0, 1.0), ('cache.hits', 5200.0, 700.0, 8.0), ('cache.misses', 160.0, 40.0, 8.0)) f (name, base, swing, period)
        ON CONFLICT DO NOTHING
        """,
    ];

    /// <summary>Writes <c>login.png</c>, <c>account.png</c>, <c>dashboard.png</c> and their like into <paramref name="folder"/>.</summary>
    public static async Task RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await using var app = await TestApp.StartNamedAsync(settings: Benchmarks.Quiet.Setting);
        var ada = await app.CreateUserAsync("Ada Lovelace") with { Email = "ada@example.org" };
        await app.QueryAsync<object>("UPDATE users SET email = $2, user_name = $2, normalized_email = upper($2), normalized_user_name = upper($2) WHERE id = $1", ada.Id, ada.Email);
        var administrator = await app.CreateAdminAsync();
        foreach (var sql in Hour)
        {
            await app.QueryAsync<object>(sql);
        }

        await AddTimesAsync(app);
        await using (var visitor = await Chromium.OpenAsync(width: Width, app: app))
        {
            await visitor.Page.SetExtraHTTPHeadersAsync([new("X-Forwarded-For", "203.0.113.7")]); // As behind a proxy: no sign-in for developers.
            await visitor.GoAsync("/login");
            await ShootAsync(visitor, folder, "login");
            await LoginPage.SignInAsync(visitor, ada);
            await ShootAsync(visitor, folder, "account");
            await visitor.GoAsync("/account/sessions");
            await ShootAsync(visitor, folder, "sessions");
        }

        await using (var phone = await Chromium.OpenAsync(ColorScheme.Dark, 390, app: app, locale: "de-DE"))
        {
            await LoginPage.SignInAsync(phone, ada);
            await ShootAsync(phone, folder, "account-phone");
        }

        await using var desk = await Chromium.OpenAsync(width: Width, app: app);
        await LoginPage.SignInAsync(desk, administrator);
        await desk.GoAsync("/admin");
        await ShootAsync(desk, folder, "dashboard");
    }

    private static async Task AddTimesAsync(TestApp app)
    {
        foreach (var (name, usual, slow) in new[] { (MetricName.Requests, 2, 40), (MetricName.HashingWait, 1, 12), (MetricName.ChangeLag, 1, 4) })
        {
            var buckets = new long[TimeScale.Count];
            buckets[TimeScale.IndexOf(TimeSpan.FromMilliseconds(usual))] = 900;
            buckets[TimeScale.IndexOf(TimeSpan.FromMilliseconds(usual * 3))] = 90;
            buckets[TimeScale.IndexOf(TimeSpan.FromMilliseconds(slow))] = 12;
            await app.QueryAsync<object>(
                "INSERT INTO metric_minutes (minute, name, node, value, buckets) SELECT date_trunc('minute', now()) - m * interval '1 minute', $1, 'a', 1000 + 300 * sin(m / 6.0), $2 FROM generate_series(1, 59) m ON CONFLICT DO NOTHING",
                name, buckets);
        }
    }

    private static Task ShootAsync(Tab tab, string folder, string name) =>
        tab.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled, Clip = new() { X = 0, Y = 0, Width = tab.Page.ViewportSize!.Width, Height = tab.Page.ViewportSize.Height } });
}
