/** Style sheets are gathered by the bundler into the panel's one; importing one gives nothing. */
declare module "*.css";
