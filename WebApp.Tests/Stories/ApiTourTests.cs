using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>The tour of the API that is handed to people: each request names an endpoint there is, and run in order each answers as it says.</summary>
public sealed class ApiTourTests : OwnApp
{
    private static readonly HttpFile Tour = HttpFile.Read(Path.Combine(TestApp.ContentRoot, "..", "requests", "api.http"));

    private static IEnumerable<HttpFileRequest> Requests => Tour.Requests;

    private readonly Dictionary<string, JsonElement> answers = [];

    [TestCaseSource(nameof(Requests))]
    public void A_request_names_an_endpoint_that_takes_its_method(HttpFileRequest request)
    {
        var path = new Uri(HttpFile.Fill(request.Target, name => name == "base" ? "http://localhost/api/v1" : Guid.NewGuid().ToString())).AbsolutePath;
        var endpoints = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []));
        Assert.That(endpoints.SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods), Does.Contain(request.Method.Method), path);
    }

    [Test]
    public async Task Run_from_top_to_bottom_each_request_answers_as_the_file_says()
    {
        using var http = App.NewClient();
        foreach (var request in Tour.Requests)
        {
            if (request.Title.Contains("wait that long", StringComparison.Ordinal))
            {
                App.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            using var message = await FillAsync(request);
            using var response = await http.SendAsync(message);
            var answer = await Answer.ReadAsync(response);
            Assert.That((int)answer.Status, Is.EqualTo(request.Status), $"{request}\n{answer.Text}");
            if (request.Name is not null)
            {
                answers[request.Name] = answer.Json;
            }
        }

        Assert.That(Tour.Requests, Has.Count.GreaterThan(40));
    }

    private async Task<HttpRequestMessage> FillAsync(HttpFileRequest request)
    {
        // What a person would read elsewhere is looked up first.
        var codes = new Dictionary<string, string>();
        foreach (var name in (string[])["confirm_code", "mailed_code", "app_code", "reset_code"])
        {
            if (request.Body.Contains($"{{{{{name}}}}}", StringComparison.Ordinal))
            {
                codes[name] = await CodeAsync(name);
            }
        }

        string? Find(string name) =>
            name == "base" ? new Uri(App.BaseAddress, "/api/v1").ToString()
            : name.Split(".response.body.$.") is [var answer, var member] ? answers.TryGetValue(answer, out var json) ? json.GetProperty(member).ToString() : null
            : codes.GetValueOrDefault(name) ?? Tour.Variables.GetValueOrDefault(name);

        var message = new HttpRequestMessage(request.Method, HttpFile.Fill(request.Target, Find));
        message.Content = request.Body.Length > 0 ? new StringContent(HttpFile.Fill(request.Body, Find)) : null;
        foreach (var (name, value) in request.Headers.Select(header => (header.Name, HttpFile.Fill(header.Value, Find))))
        {
            if (name == "Content-Type")
            {
                message.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private async Task<string> CodeAsync(string name) => name switch
    {
        "confirm_code" => (await Mailbox.NewestAsync(Tour.Variables["email"], "/confirm-email", App.BaseAddress)).Code,
        "reset_code" => (await Mailbox.NewestAsync(Tour.Variables["email"], "/reset-password", App.BaseAddress)).Code,
        "mailed_code" => (await Mailbox.SignInCodesAsync(App, Tour.Variables["email"]))[0],
        _ => new Authenticator(answers["totp"].GetProperty("secret").GetString()!).CodeAt(App.Clock.GetUtcNow()),
    };
}
