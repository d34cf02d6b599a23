using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using WebApp.Features.SignIn.Proxy;

namespace WebApp.Operations.Doctor;

/// <summary>Asks a running instance, through the proxies before it, how requests arrive.</summary>
public sealed class Probe(ProbeTickets tickets, RequestDiagnosis requests, IOptions<ProxySignInOptions> signIn)
{
    /// <summary>The findings about the connection to an instance.</summary>
    /// <param name="http">A client with the site's public base address, which follows no redirects.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<Finding>> LookAsync(HttpClient http, CancellationToken cancel)
    {
        try
        {
            using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancel);
            var readiness = ready.IsSuccessStatusCode
                ? Finding.Good("ready", $"{http.BaseAddress} is ready.")
                : new Finding("not_ready", Severity.Fault, $"{http.BaseAddress} answers {(int)ready.StatusCode} to /health/ready: its database does not answer, or it is another site.", "WebApp doctor, on the machine where it runs");
            var plain = await AskAsync(http, asUser: false, cancel);
            if (plain is null)
            {
                return [readiness, new("not_this_instance", Severity.Fault, $"{http.BaseAddress} does not take our ticket: it is another installation, or the proxy does not pass /health/ on.", "proxy_pass for all paths, /health/ too")];
            }

            var forged = signIn.Value.Enabled ? await AskAsync(http, asUser: true, cancel) : null;
            return DoctorService.Sorted([readiness, .. requests.Look(plain), .. forged is null ? [] : requests.Look(forged).Where(finding => finding.Code is "proxy_auth_header_passed_on" or "proxy_auth_header_duplicated")]);
        }
        catch (HttpRequestException failure)
        {
            return [new("url_unreachable", Severity.Fault, $"{http.BaseAddress} cannot be reached: {failure.InnerException?.Message ?? failure.Message}", "WebApp doctor --url <where people reach it>")];
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return [new("not_this_instance", Severity.Fault, $"{http.BaseAddress} answers something else.", "WebApp doctor --url <where people reach it>")];
        }
    }

    private async Task<RequestSight?> AskAsync(HttpClient http, bool asUser, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(DiagnosisSetup.ProbePath, UriKind.Relative));
        request.Headers.Add(ProbeTickets.Header, tickets.New());
        if (asUser)
        {
            request.Headers.Add(signIn.Value.UserHeader, RequestSight.ProbeUser);
        }

        using var answer = await http.SendAsync(request, cancel);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<RequestSight>(JsonSerializerOptions.Web, cancel) : null;
    }
}

/// <summary>
/// Authorizes <c>WebApp doctor</c> to ask a running instance how a request arrived. Only a process with the master key and the database can create a
/// ticket; it is valid for a minute.
/// </summary>
public sealed class ProbeTickets(IDataProtectionProvider protection)
{
    /// <summary>The header with the ticket.</summary>
    public const string Header = "X-Doctor-Ticket";

    private const string Content = "probe";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("WebApp.Diagnosis.Probe").ToTimeLimitedDataProtector();

    /// <summary>Creates a ticket.</summary>
    public string New() => protector.Protect(Content, Lifetime);

    /// <summary>Whether a text is a ticket that is still valid.</summary>
    public bool IsGood(string ticket)
    {
        try
        {
            return protector.Unprotect(ticket) == Content;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
