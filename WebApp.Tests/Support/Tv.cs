using System.Net;
using System.Text.Json;

namespace WebApp.Tests.Support;

/// <summary>A device without a keyboard: asks to be signed in, shows its code, polls. Knows nothing but the API.</summary>
public sealed class Tv
{
    private readonly ApiClient api;
    private readonly JsonElement codes;

    private Tv(ApiClient api, JsonElement codes) => (this.api, this.codes) = (api, codes);

    /// <summary>What it polls with.</summary>
    public string DeviceCode => Text("device_code");

    /// <summary>What it shows.</summary>
    public string UserCode => Text("user_code");

    /// <summary>What a phone that scans it opens, from the site's root on.</summary>
    public string Link => new Uri(Text("verification_uri_complete")).PathAndQuery;

    /// <summary>All it was answered.</summary>
    public JsonElement Codes => codes;

    public static async Task<Tv> AskAsync(TestApp app, string? deviceName = null, string? clientName = null)
    {
        var api = new ApiClient(app);
        var answer = await api.PostAsync("/auth/device", new { client_name = clientName, device_name = deviceName });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        return new(api, answer.Json);
    }

    public Task<Answer> PollAsync() => api.PostAsync("/auth/device/token", new { device_code = DeviceCode });

    /// <summary>Polls after the interval, which passes at once.</summary>
    public Task<Answer> PollAsync(TestClock clock)
    {
        clock.Advance(TimeSpan.FromSeconds(5));
        return PollAsync();
    }

    private string Text(string member) => codes.GetProperty(member).GetString()!;
}
