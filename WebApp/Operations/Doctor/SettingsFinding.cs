using WebApp.Platform.Http.Proxies;

namespace WebApp.Operations.Doctor;

/// <summary>What keeps the application from starting, as a finding.</summary>
public static class SettingsFinding
{
    /// <summary>Of a line of <see cref="Platform.Startup.StartupFaults"/>, which names its key and what it must be.</summary>
    public static Finding Of(string fault, int index) =>
        fault.StartsWith(ProxyOptions.Key, StringComparison.Ordinal) && fault.Contains("/0”", StringComparison.Ordinal) ? RequestDiagnosis.TrustsEverybody(null)
        : fault.StartsWith("ProxyAuth:Enabled needs", StringComparison.Ordinal) ? new("proxy_auth_without_proxy", Severity.Fault, fault, "Proxy__Trusted__0=<your proxy's address>")
        : new(index == 0 ? "settings" : $"settings_{index + 1}", Severity.Fault, fault, "Set the key it names; docs/configuration.md lists them.");
}
