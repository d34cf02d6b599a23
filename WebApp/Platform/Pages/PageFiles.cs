namespace WebApp.Platform.Pages;

/// <summary>Style sheet, scripts and icon.</summary>
public static class PageFiles
{
    // The version is a hash of the content (asp-append-version), so what it names never changes.
    private const string Forever = "public, max-age=31536000, immutable";

    extension(WebApplication app)
    {
        /// <summary>Serves <c>wwwroot</c>: files named with their version for a year, others only after asking again.</summary>
        public void UsePageFiles()
        {
            // Set on the environment, where asp-append-version looks for files as well.
            app.Environment.WebRootFileProvider = new StyleSheetFiles(app.Environment.WebRootFileProvider, keep: !app.Environment.IsDevelopment());
            app.UseStaticFiles(new StaticFileOptions
            {
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = file.Context.Request.Query.ContainsKey("v") ? Forever : "no-cache",
            });
        }
    }
}
