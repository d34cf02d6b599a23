using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SignIn.Sites;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary><c>GET /api/v1/forward-auth</c>, by every credential it takes, beside <c>GET /api/v1/me</c> in the same process, in turns.</summary>
internal static class ForwardAuthBenchmark
{
    private const int Rounds = 9;
    private const string Site = "https://wiki.example.org";
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        string token, cookie, pass;
        await using (var scene = await TestApp.StartAsync(database, settings: Quiet.Setting))
        {
            var user = await scene.CreateUserAsync("Ada Lovelace");
            var (session, key) = await scene.OpenBrowserSessionAsync(user);
            cookie = key.Reveal();
            pass = scene.Services.GetRequiredService<SitePasses>().Seal(new SitePass(session, Site));
            token = (await new ApiClient(scene).LoginAsync(user)).Access;
        }

        await using var app = await AppProcess.StartAsync(database, [.. MeBenchmark.Production, $"Tokens__Issuer={TestIssuer(token)}"]);
        var question = $"GET /api/v1/forward-auth HTTP/1.1\r\nHost: {app.BaseAddress.Authority}\r\nX-Original-URL: {Site}/page\r\n";
        (string Name, string Request, List<double> PerSecond, List<double> Microseconds)[] cases =
        [
            ("me, token", $"GET /api/v1/me HTTP/1.1\r\nHost: {app.BaseAddress.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n", [], []),
            ("token", $"{question}Authorization: Bearer {token}\r\n\r\n", [], []),
            ("session cookie", $"{question}Cookie: __Host-session={cookie}\r\n\r\n", [], []),
            ("site pass", $"{question}Cookie: __Host-site={pass}\r\n\r\n", [], []),
        ];
        for (var round = -5; round < Rounds; round++)
        {
            foreach (var (_, request, perSecond, microseconds) in cases)
            {
                var before = app.ProcessorTime;
                var (requests, time) = await Load.RunAsync(app.BaseAddress, request, Round);
                if (round >= 0)
                {
                    perSecond.Add(requests / time.TotalSeconds);
                    microseconds.Add((app.ProcessorTime - before).TotalMicroseconds / requests);
                }
            }
        }

        output.WriteLine("GET /api/v1/forward-auth beside /me (median of rounds, 32 connections)");
        foreach (var (name, _, perSecond, microseconds) in cases)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {name,-14} {Median(perSecond),8:0} requests/s  {Median(microseconds),6:0.0} µs of processor time a request"));
        }
    }

    // The token was made by another process at another address.
    private static string TestIssuer(string token) =>
        System.Text.Json.JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.GetProperty("iss").GetString()!;

    private static double Median(List<double> values) => values.Order().ElementAt(Rounds / 2);
}
