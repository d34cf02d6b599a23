using System.Text;

namespace WebApp.Tests.Support;

/// <summary>Makes a random request to a way in.</summary>
internal sealed class FuzzRequest(FuzzScene scene, Noise noise, Random random)
{
    private static readonly string[] CookieNames = ["session", "pending", "device", "antiforgery", "notice", "passkey", "registration", "site", "site-entry", "impersonation", "draft", "external", "external-state"];

    private static readonly string[] HeaderNames =
        ["X-Forwarded-For", "Forwarded", "Accept", "Sec-Fetch-Site", "Accept-Language", "Origin", "If-None-Match", "X-Forwarded-Uri", "X-Original-URL", "X-Remote-User", "X-Remote-Email", "Range", "Content-Encoding", "traceparent"];

    private static readonly string?[] JsonTypes = [null, "application/x-www-form-urlencoded", "text/plain", "application/vnd.x+json", "application/json; charset=nonsense", "x", "multipart/form-data; boundary=x"];

    private static readonly string[] Charsets = ["utf-16", "utf-7", "utf-32", "us-ascii", "iso-8859-1", "\"utf-8\"", "nonsense"];

    /// <summary>The request.</summary>
    public HttpRequestMessage For(WayIn way)
    {
        var path = way.Path(random.Next(3) == 0 ? Uri.EscapeDataString(noise.Text()) : null);
        if (way.Reads || random.Next(4) == 0)
        {
            path += "?" + string.Join('&', way.Inputs.Append("x").Select(name => $"{name}={(random.Next(2) == 0 ? noise.Escapes() : Uri.EscapeDataString(noise.Text()))}"));
        }

        var request = new HttpRequestMessage(way.Method, new Uri(path, UriKind.Relative));
        AddCredentials(request);
        if (random.Next(3) == 0)
        {
            Header(request, "User-Agent", noise.Header("Mozilla/5.0 "));
            Header(request, HeaderNames[random.Next(HeaderNames.Length)], noise.Header(""));
        }

        if (!way.Reads)
        {
            request.Content = way.IsApi ? Json(noise.Body(way.Body)) : Form(way);
        }

        return request;
    }

    private void AddCredentials(HttpRequestMessage request)
    {
        if (random.Next(6) == 0)
        {
            return; // A stranger.
        }

        Header(request, "Authorization", random.Next(4) switch
        {
            0 => noise.Header("Bearer "),
            1 => noise.Mutate("Bearer " + scene.Bearer),
            _ => "Bearer " + scene.Bearer,
        });
        Header(request, "Cookie", random.Next(4) switch
        {
            0 => string.Join("; ", CookieNames.Select(name => $"{name}={noise.Header("")}")),
            1 => noise.Mutate($"session={scene.Session}; antiforgery={scene.Antiforgery}"),
            _ => $"session={scene.Session}; antiforgery={scene.Antiforgery}",
        });
    }

    private ByteArrayContent Json(string json)
    {
        var content = new ByteArrayContent(random.Next(10) == 0 ? Encoding.Latin1.GetBytes(json) : Encoding.UTF8.GetBytes(json));
        content.Headers.TryAddWithoutValidation("Content-Type", random.Next(10) == 0 ? JsonTypes[random.Next(JsonTypes.Length)] : "application/json");
        return content;
    }

    private StringContent Form(WayIn way)
    {
        var fields = way.Inputs.Select(name => $"{(random.Next(40) == 0 ? name + "[" : name)}={Value(name)}")
            .Append($"__RequestVerificationToken={Uri.EscapeDataString(random.Next(8) == 0 ? noise.Mutate(scene.Token) : scene.Token)}");
        var form = new StringContent(string.Join('&', fields), Encoding.UTF8, "application/x-www-form-urlencoded");
        form.Headers.ContentType!.CharSet = random.Next(20) == 0 ? Charsets[random.Next(Charsets.Length)] : "utf-8";
        return form;
    }

    private string Value(string name) =>
        name == "Email" && random.Next(3) == 0 ? Uri.EscapeDataString(scene.Email) : random.Next(2) == 0 ? noise.Escapes() : Uri.EscapeDataString(noise.Text());

    private static void Header(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, value);
}

/// <summary>Who sends: an account, signed in as a browser and as a client.</summary>
internal sealed record FuzzScene(string Email, string Bearer, string Session, string Antiforgery, string Token)
{
    /// <summary>One with a new account.</summary>
    public static async Task<FuzzScene> NewAsync(TestApp app, bool asAdministrator)
    {
        var user = asAdministrator ? await app.CreateAdminAsync() : await app.CreateUserAsync("Ada");
        var (_, session) = await app.OpenBrowserSessionAsync(user);
        using var browser = new PageClient(app).With("session", session.Reveal());
        await browser.GetAsync("/account/profile");
        return new(user.Email, (await new ApiClient(app).LoginAsync(user)).Access, session.Reveal(), browser.Cookie("antiforgery")!, browser.Token);
    }
}
