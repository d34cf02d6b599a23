namespace WebApp.Platform.Http.Transport;

/// <summary>Supports HEAD wherever GET is supported (RFC 9110 9.3.2), and refuses TRACE.</summary>
public static class RequestMethods
{
    extension(WebApplication app)
    {
        /// <summary>
        /// Routes HEAD as GET. The server knows the original method and sends no body, so endpoints need no second declaration. TRACE is
        /// refused: no endpoint supports it, and it would show a script the headers that the browser adds to a request.
        /// </summary>
        public void UseRequestMethods() => app.Use((context, next) =>
        {
            if (HttpMethods.IsTrace(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return Task.CompletedTask;
            }

            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
    }
}
