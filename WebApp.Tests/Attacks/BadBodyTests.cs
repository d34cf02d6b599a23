using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Bodies the API cannot use, sent to every endpoint that takes one: refused with the right word, nothing changed.</summary>
public sealed partial class BadBodyTests : OwnApp
{
    private const string EveryFieldNull =
        """{"email":null,"password":null,"display_name":null,"token":null,"code":null,"refresh_token":null,"new_password":null,"device_name":null,"name":null,"mfa_token":null,"method":null,"current_password":null,"client_name":null,"username":null,"master_password":null,"device_code":null,"grant_type":null,"role":null,"roles":null,"permissions":null}""";

    private const string EveryFieldOfAnotherType =
        """{"email":1,"password":true,"display_name":[],"token":{},"code":12345678,"refresh_token":[],"new_password":0.5,"device_name":{},"name":1,"mfa_token":[],"method":7,"current_password":{},"client_name":{},"username":{},"master_password":[],"device_code":[],"grant_type":1,"role":1,"roles":{},"permissions":{}}""";

    private static readonly string[] Fields = ["email", "password", "display_name", "token", "code", "refresh_token", "new_password", "device_name", "name", "mfa_token", "method", "username", "master_password", "current_password", "client_name", "device_code", "grant_type", "role", "roles"];

    private string bearer = "";

    [OneTimeSetUp]
    public async Task SignIn() => bearer = (await Api.LoginAsync(await App.CreateAdminAsync())).Access;

    [TestCase("", "malformed_request")]
    [TestCase("{", "malformed_request")]
    [TestCase("nonsense", "malformed_request")]
    [TestCase("null", "malformed_request")]
    [TestCase("17", "malformed_request")]
    [TestCase("\"text\"", "malformed_request")]
    [TestCase("[]", "malformed_request")]
    [TestCase("[{}]", "malformed_request")]
    [TestCase("{} {}", "malformed_request")]
    [TestCase("{\"email\":\"a\",}", "malformed_request")]
    [TestCase("{'email':'a'}", "malformed_request")]
    [TestCase("{\"email\":\"\\ud800\",\"password\":\"\\ud800\",\"token\":\"\\ud800\",\"refresh_token\":\"\\ud800\",\"display_name\":\"\\ud800\",\"name\":\"\\ud800\",\"mfa_token\":\"\\ud800\",\"method\":\"\\ud800\",\"master_password\":\"\\ud800\",\"code\":\"\\ud800\",\"new_password\":\"\\ud800\",\"current_password\":\"\\ud800\",\"device_name\":\"\\ud800\",\"device_code\":\"\\ud800\",\"role\":\"\\ud800\",\"roles\":[\"\\ud800\"]}", "malformed_request")]
    [TestCase(EveryFieldOfAnotherType, "malformed_request")]
    [TestCase(EveryFieldNull, "validation_failed")]
    [TestCase("{}", "validation_failed")]
    public async Task Bad_JSON_is_refused_everywhere_and_changes_nothing(string body, string code)
    {
        var before = await Rows.CountAsync(App);
        foreach (var (method, path) in Endpoints().Where(e => code == "malformed_request" || !IsOptional(e.Path)))
        {
            var answer = await Api.SendAsync(method, path, body, bearer);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), $"{path}: {answer.Text}");
            Assert.That(answer.Code, Is.EqualTo(code), path);
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [Test]
    public async Task Deep_nesting_and_broken_UTF8_are_refused()
    {
        var before = await Rows.CountAsync(App);
        foreach (var (method, path) in Endpoints())
        {
            var deep = await Api.SendAsync(method, path, $"{{\"x\":{new string('[', 5000)}{new string(']', 5000)}}}", bearer);
            Assert.That(deep.Code, Is.EqualTo("malformed_request"), path);
            var text = $"{{{string.Join(',', Fields.Select(field => $"\"{field}\":\"\u00FF\""))}}}";
            var broken = await SendAsync(method, path, new ByteArrayContent(Encoding.Latin1.GetBytes(text)), "application/json");
            Assert.That(broken.Code, Is.EqualTo("malformed_request"), path);
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [Test]
    public async Task What_is_not_JSON_by_its_type_is_refused()
    {
        foreach (var (method, path) in Endpoints())
        {
            foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/xml" })
            {
                var answer = await SendAsync(method, path, new StringContent("{}"), type);
                Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.UnsupportedMediaType), $"{path} {type}");
                Assert.That(answer.Code, Is.EqualTo("unsupported_media_type"));
            }
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_body_over_64_KiB_is_refused_by_its_length_and_by_being_read(bool chunked)
    {
        var before = await Rows.CountAsync(App);
        var body = $"{{\"email\":\"{new string('a', 70 * 1024)}\"}}";
        foreach (var (method, path) in Endpoints())
        {
            var answer = await SendAsync(method, path, new StringContent(body), "application/json", chunked);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge), path);
            Assert.That(answer.Code, Is.EqualTo("payload_too_large"));
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [Test]
    public async Task Wrong_paths_and_methods_have_their_own_codes()
    {
        Assert.That((await Api.GetAsync("/nowhere")).Code, Is.EqualTo("not_found"));
        Assert.That((await Api.GetAsync("/auth/login")).Code, Is.EqualTo("method_not_allowed"));
        Assert.That((await Api.DeleteAsync("/sessions/not-an-id", bearer)).Code, Is.EqualTo("not_found"));
        Assert.That((await Api.SendAsync(HttpMethod.Put, "/me", new { display_name = "x" }, bearer)).Code, Is.EqualTo("method_not_allowed"));
    }

    // The one field of the first may be null: that takes the name away. A device need not say what it is.
    private static bool IsOptional(string path) => path is "/me" or "/auth/device" || path == $"/admin/users/{Guid.Empty}";

    private (HttpMethod Method, string Path)[] Endpoints()
    {
        var found = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => WayIn.BodyOf(endpoint) is not null)
            .Select(endpoint => (new HttpMethod(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]), Parameter().Replace(endpoint.RoutePattern.RawText!["api/v1".Length..], _ => $"{Guid.Empty}")))
            .ToArray();
        Assert.That(found, Has.Length.GreaterThanOrEqualTo(8));
        return found;
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent content, string type, bool chunked = false)
    {
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var client = App.NewClient();
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1{path}", UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new("Bearer", bearer);
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
